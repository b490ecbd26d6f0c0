import { join } from "node:path";
import { type Cloud, startCloud as startEmbeddedCloud } from "../../infra/local/cloud.ts";

/*
 * The whole embedded cloud in the test's own process. One a test file: start it in beforeAll, stop it in afterAll, and
 * use customers' numbers of your own in each test.
 */

export interface CloudUnderTest {
  baseUrl: string;
  tokens: Cloud["tokens"];
  account: Cloud["account"];
  clock: Cloud["clock"];
  twilio: Cloud["twilio"];
  meter: Cloud["meter"];
  /** what the functions and the host have written */
  log: string[];
  /** one call of /v1 as this sandbox user */
  api(user: string, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  /** a customer's text by the simulated carrier; fails where the router does not take it */
  text(from: string, body: string, to?: string): Promise<{ sid: string }>;
  outbox(to: string): ReturnType<Cloud["twilio"]["outbox"]>;
  stop(): Promise<void>;
}

export interface ApiAnswer {
  status: number;
  headers: Headers;
  // What an answer holds is what the test asserts.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

/** @param options.directory where state is kept; absent: in memory */
export async function startCloud(options: { directory?: string; configurationFile?: string } = {}): Promise<CloudUnderTest> {
  const log: string[] = [];
  const cloud = await startEmbeddedCloud({
    directory: options.directory,
    configurationFile: options.configurationFile ?? join(import.meta.dirname, "../../router.yaml"),
    port: 0,
    log: (line) => log.push(line),
    onFailure: (reason) => log.push(`an engine has ended: ${reason}`),
  });
  const { baseUrl, tokens, account, twilio, clock } = cloud;
  return {
    baseUrl,
    tokens,
    account,
    clock,
    twilio,
    log,
    meter: () => cloud.meter(),
    stop: () => cloud.stop(),
    outbox: (to) => twilio.outbox({ channel: "sms", to }),
    async api(user, method, path, body, headers = {}) {
      const response = await fetch(`${baseUrl}/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${tokens[user]}`,
          ...(body !== undefined && { "content-type": "application/json" }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.includes("json");
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
    async text(from, body, to = account.numbers[0]!) {
      const { sid, status } = await twilio.inbound({ from, to, body });
      if (status === null || status >= 300) throw new Error(`the router answered the webhook with ${status}`);
      return { sid };
    },
  };
}

const pollEveryMs = 20;

/** Asks again until there is an answer. @throws naming `what` after ten seconds */
export async function until<Value>(
  what: string,
  probe: () => Promise<Value | undefined | false> | Value | undefined | false,
  withinMs = 10_000,
): Promise<Value> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`after ${withinMs} ms still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
  }
}
