import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "./harness.ts";
import { mailClient } from "./mail-client.ts";
import {
  apiOf,
  type Child,
  freePort,
  holdersOf,
  isPortFree,
  isRunning,
  processTree,
  projectDirectory,
  type ReadyLine,
  simOf,
  startNode,
  startNpm,
} from "./child.ts";

const folder = mkdtempSync(join(tmpdir(), "switchyard-start-"));
const dataDirectory = join(folder, "data");
const children: Child[] = [];

const started = (child: Child): Child => {
  children.push(child);
  return child;
};

afterAll(async () => {
  for (const { process: child } of children) child.kill("SIGKILL");
  await Promise.all(children.map(({ ended }) => ended));
  rmSync(folder, { recursive: true, force: true });
});

/** Starts it where it can't run. @returns what it wrote to standard error */
async function failureOf(...values: string[]): Promise<string> {
  const child = started(startNode(...values));
  expect(await child.ended).toEqual({ code: 1, signal: null });
  expect(child.standardOutput()).toBe("");
  return child.standardError();
}

describe("npm start --silent -- --json", () => {
  let child: Child;
  let line: ReadyLine;
  let options: string[];

  beforeAll(async () => {
    options = ["--json", "--port", await freePort(), "--smtp-port", await freePort(), "--data", dataDirectory];
    child = started(startNpm(...options));
    line = await child.ready;
  });

  test("prints one line: addresses, tokens, accounts and inboxes", () => {
    expect(child.standardOutput().trimEnd().split("\n")).toHaveLength(1);
    const token = expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(line).toEqual({
      ready: true,
      baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      chatUrl: `${line.baseUrl.replace("http", "ws")}/chat`,
      smtp: { host: "127.0.0.1", port: expect.any(Number) },
      tokens: { admin: token, supervisor: token, agents: { "agent-en": token, "agent-de": token, "agent-zh": token } },
      twilio: {
        accountSid: expect.stringMatching(/^AC[0-9a-f]{32}$/),
        authToken: expect.stringMatching(/^[0-9a-f]{32}$/),
        number: expect.stringMatching(/^\+1\d{10}$/),
        number2: expect.stringMatching(/^\+1\d{10}$/),
        whatsappNumber: expect.stringMatching(/^whatsapp:\+1\d{10}$/),
      },
      meta: {
        appSecret: expect.stringMatching(/^[0-9a-f]{32}$/),
        verifyToken: expect.stringMatching(/^[0-9a-f]{24}$/),
        pageId: expect.stringMatching(/^\d{15}$/),
        phoneNumberId: expect.stringMatching(/^\d{15}$/),
        instagramId: expect.stringMatching(/^\d{17}$/),
      },
      telegram: { inbox: "telegram", secretToken: expect.stringMatching(/^[0-9a-f]{48}$/) },
      custom: { inbox: "counter", secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{32}$/) },
      web: { vouchSecret: expect.stringMatching(/^[A-Za-z0-9]{64}$/) },
      inboxes: { email: "support@switchyard.test", web: "web" },
    });
  });

  test("serves pages and the API, to each of the tokens what is theirs", async () => {
    for (const page of ["/desk", "/sim"]) {
      const response = await fetch(line.baseUrl + page);
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    }
    const api = apiOf(line);
    for (const user of ["admin", "supervisor", ...Object.keys(line.tokens.agents)])
      expect((await api(user, "GET", "/conversations")).body).toEqual({ items: [] });
    expect((await api("admin", "GET", "/parked")).status).toBe(200);
    expect((await api("agent-en", "GET", "/parked")).status).toBe(403);
    expect((await api("nobody", "GET", "/conversations")).status).toBe(401);
  });

  test("carries a text in and a reply out, moves its clock, and counts what that costs", async () => {
    const api = apiOf(line);
    const from = "+4915112345680";
    await simOf(line, "DELETE", "/meter");
    await api("agent-de", "PUT", "/agents/agent-de/presence", { status: "available" });
    const body = "Guten Tag, wann kommt bitte meine Lieferung?";
    await simOf(line, "POST", "/twilio/messages", { from, to: line.twilio.number, body });
    const { id } = await until("the conversation", async () => {
      const { body: list } = await api("agent-de", "GET", "/conversations?agent=agent-de");
      return list.items[0];
    });
    await api("agent-de", "POST", `/conversations/${id}/messages`, { text: "Morgen." }, { "idempotency-key": "1" });
    const received = await until("the reply", async () => {
      const { items } = await simOf<{ items: { text: string }[] }>(
        line,
        "GET",
        `/outbox?to=${encodeURIComponent(from)}`,
      );
      return items.find(({ text }) => text === "Morgen.");
    });
    expect(received).toMatchObject({ channel: "sms", from: line.twilio.number, to: from });

    const before = await simOf<{ now: string }>(line, "GET", "/clock");
    const after = await simOf<{ now: string }>(line, "POST", "/clock", { advanceMs: 3_600_000 });
    expect(Date.parse(after.now) - Date.parse(before.now)).toBeGreaterThanOrEqual(3_600_000);

    const { lines, dollars } = await simOf<{ lines: MeterLine[]; dollars: number }>(line, "GET", "/meter");
    const services = new Set(lines.map(({ service }) => service));
    expect([...services]).toEqual(
      expect.arrayContaining(["apigateway", "dynamodb", "lambda", "secretsmanager", "sqs"]),
    );
    for (const each of lines) expect(each.calls, `${each.caller} ${each.operation}`).toBeGreaterThan(0);
    expect(dollars).toBeGreaterThan(0);
    expect(dollars).toBeCloseTo(lines.reduce((sum, each) => sum + each.dollars, 0));
  });

  test("carries a mail in by SMTP, and an answer that threads out", async () => {
    const api = apiOf(line);
    const mail = mailClient(line);
    const from = "berta@customer.example";
    await api("agent-de", "PUT", "/agents/agent-de/presence", { status: "available" });
    const text = "Guten Tag, wo bleibt denn bitte meine Lieferung?";
    const { messageId } = await mail.send({ from, to: line.inboxes.email, subject: "Lieferung", text });
    const { id } = await until("the conversation", async () => {
      const { body: list } = await api("agent-de", "GET", "/conversations?agent=agent-de");
      return list.items.find((item: { channel: string }) => item.channel === "email");
    });
    await api("agent-de", "POST", `/conversations/${id}/messages`, { text: "Morgen." }, { "idempotency-key": "2" });
    const answer = await until("the answer", async () =>
      (await mail.received(from)).find((received) => received.text.includes("Morgen.")),
    );
    expect(answer).toMatchObject({ to: from, from: line.inboxes.email, headers: { "in-reply-to": messageId } });
  });

  test("writes its log to standard error alone", async () => {
    const refused = await fetch(`${line.baseUrl}/webhooks/twilio/messages`, { method: "POST", body: "" });
    expect(refused.status).toBe(403);
    await until("a line about it", () => child.standardError().includes("webhook.forbidden"));
    expect(child.standardOutput().trimEnd().split("\n")).toHaveLength(1);
  });

  test.each(["PUT", "DELETE"])("answers 501 to %s /sim/faults, which is not built", async (method) => {
    const response = await fetch(`${line.baseUrl}/sim/faults`, { method, body: method === "PUT" ? "[]" : undefined });
    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({ status: 501, title: "Not implemented" });
  });

  test("lets no second process near its data, and none take its port", async () => {
    expect(await failureOf("--json", "--port", "0", "--smtp-port", "0", "--data", dataDirectory)).toBe(
      `${dataDirectory} is in use by another process: stop that one, or choose another folder with --data\n`,
    );
    const { port } = new URL(line.baseUrl);
    expect(await failureOf("--json", "--port", port, "--smtp-port", "0", "--memory")).toBe(
      `Port ${port} of 127.0.0.1 is in use: end what listens there, or choose another with --port (0: any free one).\n`,
    );
    const smtpPort = String(line.smtp.port);
    expect(await failureOf("--json", "--port", "0", "--smtp-port", smtpPort, "--memory")).toBe(
      `Port ${smtpPort} of 127.0.0.1 is in use: end what listens there, or choose another with --smtp-port (0: any free one).\n`,
    );
    expect((await apiOf(line)("supervisor", "GET", "/queues")).status).toBe(200);
  });

  test("leaves nothing behind within two seconds of npm's SIGKILL, and goes on from its data as it was", async () => {
    const tree = processTree(child.process.pid!);
    // npm, its shell, the embedded cloud, the database's keeper and the database
    expect(tree.length).toBeGreaterThanOrEqual(4);
    expect(holdersOf(dataDirectory).length).toBeGreaterThanOrEqual(2);
    const killedAt = performance.now();
    child.process.kill("SIGKILL");
    await until("an end of all processes", () => !tree.some(isRunning), 2_000);
    await until("a free port", () => isPortFree(line.baseUrl), 2_000);
    expect(holdersOf(dataDirectory)).toEqual([]);
    expect(performance.now() - killedAt).toBeLessThan(2_000);
    expect(child.standardOutput().trimEnd().split("\n")).toHaveLength(1);

    const next = started(startNode(...options));
    expect(await next.ready).toEqual(line);
    const { body } = await apiOf(line)("agent-de", "GET", "/conversations?agent=agent-de");
    expect(body.items).toHaveLength(2);
    const nextTree = processTree(next.process.pid!);
    next.process.kill("SIGTERM");
    expect(await next.ended).toEqual({ code: 0, signal: null });
    expect(nextTree.filter(isRunning)).toEqual([]);
    expect(await isPortFree(line.baseUrl)).toBe(true);
    expect(holdersOf(dataDirectory)).toEqual([]);
  });

  test("npm passes SIGINT on, which no shell between keeps to itself", async () => {
    const last = started(startNpm(...options));
    await last.ready;
    last.process.kill("SIGINT");
    expect(await last.ended).toEqual({ code: 0, signal: null });
    expect(holdersOf(dataDirectory)).toEqual([]);
  });
});

interface MeterLine {
  caller: string;
  service: string;
  operation: string;
  calls: number;
  dollars: number;
}

describe("a start that can't be", () => {
  test("names the line of an unknown key in router.yaml, and the key that was meant", async () => {
    const file = join(folder, "router.yaml");
    const shipped = readFileSync(join(projectDirectory, "router.yaml"), "utf8");
    writeFileSync(file, shipped.replace("defaultQueue:", "defaultQueu:"));
    const lineNumber = shipped.split("\n").findIndex((text) => text.startsWith("defaultQueue:")) + 1;
    const message = await failureOf("--json", "--memory", "--port", "0", "--config", file);
    expect(message).toContain(`${file}:${lineNumber}:1`);
    expect(message).toContain('"defaultQueu"');
    expect(message).toContain('"defaultQueue"');
    expect(message).not.toContain("    at ");
  });

  test.each<[string, string[], RegExp]>([
    ["a file that is not there", ["--config", "nowhere.yaml"], /--config: there is no file .*nowhere\.yaml/],
    ["a port that is none", ["--port", "http"], /--port takes a port of 0 to 65535, not "http"/],
    ["options that exclude each other", ["--memory", "--data", "somewhere"], /--memory exclude each other/],
    ["an option that it does not know", ["--prot", "80"], /--prot/],
  ])("names %s", async (_, values, message) => {
    expect(await failureOf(...values)).toMatch(message);
  });
});
