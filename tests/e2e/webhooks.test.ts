import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectProvider } from "../../infra/cli/connect.ts";
import { filledSecrets } from "../../infra/local/sandbox.ts";
import { fetchHttp } from "../../shared/adapters/http.ts";
import type { Http } from "../../shared/ports/http.ts";
import { type CloudUnderTest, startSweptCloud, until } from "./harness.ts";
import { messagesUrl, postText, signatureOf, textFields, type WebhookTarget } from "./webhook.ts";

const supervisor = "supervisor";
let cloud: CloudUnderTest;
let target: WebhookTarget;

beforeAll(async () => {
  cloud = await startSweptCloud();
  target = { ...cloud.account, baseUrl: cloud.baseUrl, number: cloud.account.numbers[0]! };
});
afterAll(() => cloud?.stop());

const conversationsOf = async (address: string): Promise<{ id: string; address: string }[]> => {
  const { body } = await cloud.api(supervisor, "GET", "/conversations");
  return body.items.filter((item: { address: string }) => item.address === address);
};

const textsOf = async (conversationId: string): Promise<string[]> => {
  const { body } = await cloud.api(supervisor, "GET", `/conversations/${conversationId}/messages`);
  return body.items.map((message: { text: string }) => message.text);
};

test("the same request five times at once is one message", async () => {
  const customer = "+4915112345610";
  const fields = textFields(target, customer, "Where is my parcel? It should have come on Monday.");
  const answers = await Promise.all(Array.from({ length: 5 }, () => postText(target, fields)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  await until("the conversation", async () => (await conversationsOf(customer)).length > 0);
  await cloud.clock.settle();
  const conversations = await conversationsOf(customer);
  expect(conversations).toHaveLength(1);
  expect(await textsOf(conversations[0]!.id)).toEqual([fields["Body"]]);
});

test("the same request again, after it was routed and beyond the queue's deduplication, is still one message", async () => {
  const customer = "+4915112345611";
  const fields = textFields(target, customer, "Is my appointment on Tuesday still on?");
  expect((await postText(target, fields)).status).toBe(200);
  const conversation = await until("the conversation", async () => (await conversationsOf(customer))[0]);
  await cloud.clock.advance(6 * 60_000);
  expect((await postText(target, fields)).status).toBe(200);
  await cloud.clock.settle();
  expect(await conversationsOf(customer)).toHaveLength(1);
  expect(await textsOf(conversation.id)).toEqual([fields["Body"]]);
});

describe("a request that the carrier did not sign for us", () => {
  const customer = "+4915112345612";
  const fields = (): Record<string, string> => textFields(target, customer, "Let me in.");

  test.each<[string, () => Promise<Response>]>([
    ["has no signature", () => postText(target, fields(), null)],
    ["has a signature that is no signature", () => postText(target, fields(), "c2lnbmF0dXJl")],
    ["is signed with another token", () => postText({ ...target, authToken: "0".repeat(32) }, fields())],
    [
      "is signed for another URL",
      () => {
        const form = fields();
        return postText(target, form, signatureOf(target, "https://elsewhere.example/webhooks/twilio/messages", form));
      },
    ],
    [
      "is signed for another text",
      () => {
        const form = fields();
        return postText(target, form, signatureOf(target, messagesUrl(target), { ...form, Body: "Something else." }));
      },
    ],
    [
      "names an account that is not ours",
      () => {
        const form = { ...fields(), AccountSid: `AC${"1".repeat(32)}` };
        return postText(target, form);
      },
    ],
  ])("%s: 403, and no trace in the data", async (_, post) => {
    const before = await cloud.dump();
    const answer = await post();
    expect(answer.status).toBe(403);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(await cloud.dump()).toEqual(before);
  });

  test("is the only reason for that: the same request signed rightly comes in", async () => {
    const before = await cloud.dump();
    expect((await postText(target, fields())).status).toBe(200);
    await until("the conversation", async () => (await conversationsOf(customer)).length > 0);
    expect(await cloud.dump()).not.toEqual(before);
  });
});

test("a status callback without the carrier's signature changes nothing", async () => {
  const before = await cloud.dump();
  const url = `${cloud.baseUrl}/webhooks/twilio/status/snd_${"0".repeat(26)}`;
  const body = new URLSearchParams({ MessageStatus: "delivered", AccountSid: target.accountSid }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  expect((await fetch(url, { method: "POST", headers, body })).status).toBe(403);
  expect(await cloud.dump()).toEqual(before);
});

describe("after `switchyard connect twilio`", () => {
  /** Providers as the operator's command reaches them, here on this machine. */
  const http: Http = {
    call: (call) => {
      const { origin, pathname, search } = new URL(call.url);
      const served = cloud.providers.origins[origin];
      return fetchHttp.call(served === undefined ? call : { ...call, url: served + pathname + search });
    },
  };

  const connected = async (): Promise<string[]> => {
    const lines: string[] = [];
    const output = { say: (line: string) => lines.push(line), complain: (line: string) => lines.push(line) };
    const { baseUrl: url, configuration } = cloud;
    const document = JSON.stringify(filledSecrets(cloud.accounts, configuration).TwilioSecretId);
    expect(
      await connectProvider(
        { provider: "twilio", url, document, configuration, appId: "", isDry: false },
        http,
        output,
      ),
    ).toBe(true);
    return lines;
  };

  test("a text whose tries at the webhook all fail comes in by the fallback, once", async () => {
    const customer = "+4915112345619";
    expect(await connected()).toContain(
      `${target.number} (texts): sms_url: ${messagesUrl(target)} → ${messagesUrl(target)}#rc=5&rp=5xx,ct,rt`,
    );
    cloud.twilio.behaviour.unconnectedWebhooks = 6;
    await cloud.text(customer, "Is anybody there?");
    expect(cloud.twilio.behaviour.unconnectedWebhooks).toBe(0);
    const conversation = await until("the conversation", async () => (await conversationsOf(customer))[0]);
    expect(await textsOf(conversation.id)).toEqual(["Is anybody there?"]);
    expect((await connected()).at(-1)).toBe("3 as it should be, 0 changed.");
  });
});
