import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { limits } from "../../shared/core/limits.ts";
import { type ApiAnswer, apiAt } from "./api.ts";
import { type CloudUnderTest, startSweptCloud, until } from "./harness.ts";
import { signIn } from "./sign-in.ts";
import { type Fields, messagesUrl, postText, signatureOf, textFields, type WebhookTarget } from "./webhook.ts";
import { routerThatNeverCloses } from "./open-hours.ts";

/*
 * What nobody should send and somebody will. A key in router.yaml that nobody knows and a port in use are start.test.ts's.
 */

const agent = "agent-en";
/** Works in the queue "sales" alone, in this file's configuration. */
const elsewhere = "agent-zh";
const folder = mkdtempSync(join(tmpdir(), "switchyard-bad-input-"));
let cloud: CloudUnderTest;
let target: WebhookTarget;

beforeAll(async () => {
  const configurationFile = join(folder, "router.yaml");
  const shipped = readFileSync(routerThatNeverCloses(), "utf8");
  const lines = shipped
    .split("\n")
    .map((line) => (line.includes("id: agent-zh") ? line.replace(/ \}$/, ", queues: [sales] }") : line));
  writeFileSync(configurationFile, lines.join("\n").replaceAll("units: 4", "units: 100"));
  cloud = await startSweptCloud({ configurationFile });
  target = { ...cloud.account, baseUrl: cloud.baseUrl, number: cloud.account.numbers[0]! };
  for (const each of [agent, "agent-de", elsewhere])
    expect((await cloud.api(each, "PUT", `/agents/${each}/presence`, { status: "available" })).status).toBe(200);
});

afterAll(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

let customers = 0;
const newCustomer = (): string => `+49151200${String((customers += 1)).padStart(5, "0")}`;

interface Shown {
  id: string;
  agentId: string;
  subject: string;
  messages: { id: string; text: string; direction: string }[];
}

const conversationOf = (customer: string): Promise<Shown> =>
  until(`a conversation of ${customer}`, async () => {
    const { body } = await cloud.api("supervisor", "GET", "/conversations?status=assigned");
    const found = body.items.find((item: { address: string }) => item.address === customer);
    if (!found) return undefined;
    const { body: messages } = await cloud.api("supervisor", "GET", `/conversations/${found.id}/messages`);
    return { ...found, messages: messages.items };
  });

const openOne = async (text = "Hello, could you please help me?"): Promise<Shown & { customer: string }> => {
  const customer = newCustomer();
  await cloud.text(customer, text);
  return { ...(await conversationOf(customer)), customer };
};

const reply = (conversationId: string, body: unknown, as = agent): Promise<ApiAnswer> =>
  cloud.api(as, "POST", `/conversations/${conversationId}/messages`, body, {
    "idempotency-key": randomBytes(8).toString("hex"),
  });

describe("a text of", () => {
  const surrogate = "\ud83d";
  test.each<[string, string, string]>([
    ["emoji alone", "👍🏽🎉👩‍👩‍👧‍👦🇩🇪", "👍🏽🎉👩‍👩‍👧‍👦🇩🇪"],
    [
      "Hebrew and Arabic, with marks of direction",
      "שלום, \u202bأين طردي؟\u202c (order 12)",
      "שלום, \u202bأين طردي؟\u202c (order 12)",
    ],
    ["100,000 characters in a line", "x".repeat(100_000), "x".repeat(100_000)],
    ["60,000 emoji in a line, more than a queue takes", "🎉".repeat(60_000), "🎉".repeat(60_000)],
    ["halves of characters", `a${surrogate}b\udc4dc${surrogate}`, "a\ufffdb\ufffdc\ufffd"],
    ["nothing at all", "", ""],
    ["blanks and line ends", " \r\n\t ", " \r\n\t "],
    ["characters that XML lacks", "a\u0001b\ufffec\uffffd\u0000e", "a\u0001b\ufffec\uffffde"],
    ["markup", "<script>alert(1)</script> {{7*7}} ${x} %s", "<script>alert(1)</script> {{7*7}} ${x} %s"],
  ])("%s arrives, is assigned, and can be answered", async (_, sent, expected) => {
    const customer = newCustomer();
    await cloud.text(customer, sent);
    const conversation = await conversationOf(customer);
    expect(conversation.messages.map(({ text }) => text)).toEqual([expected]);
    expect(conversation.subject.length).toBeLessThanOrEqual(limits.maxSubjectCharacters + "…".length);
    expect(conversation.subject.isWellFormed()).toBe(true);
    expect((await reply(conversation.id, { text: "Thank you." }, conversation.agentId)).status).toBe(202);
    await until("the reply on the phone", () => cloud.outbox(customer).length === 1);
  });

  test("more than the table takes is kept whole, and shown from its beginning with how long it is", async () => {
    const customer = newCustomer();
    const sent = "🎉".repeat(100_000);
    await cloud.text(customer, sent);
    const { messages } = await conversationOf(customer);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ wholeText: { bytes: 400_000 } });
    expect(sent.startsWith(messages[0]!.text)).toBe(true);
    expect(messages[0]!.text.length).toBeGreaterThanOrEqual(1_600);
  });
});

describe("a text comes in whatever is wrong beside it", () => {
  test.each<[string, Fields]>([
    ["a sender that is no number", { From: "+49 151 / 123 <script>" }],
    ["a count of attachments that is no number", { NumMedia: "many" }],
    ["fewer attachments than it counts", { NumMedia: "2" }],
  ])("%s", async (_, odd) => {
    const fields = { ...textFields(target, newCustomer(), "Hello?"), ...odd };
    expect((await postText(target, fields)).status).toBe(200);
    const { messages } = await conversationOf(fields["From"]!);
    expect(messages.map(({ text }) => text)).toEqual(["Hello?"]);
  });
});

describe("a webhook that can't be read: 400 with the field, and no trace in the data", () => {
  const without = (name: string): Fields => {
    const { [name]: _, ...fields } = textFields(target, newCustomer(), "Hello?");
    return fields;
  };
  const withField = (name: string, value: string): Fields => ({
    ...textFields(target, newCustomer(), "Hello?"),
    [name]: value,
  });

  test.each<[string, () => Fields, string]>([
    ["no message SID", () => without("MessageSid"), "MessageSid is missing"],
    ["a message SID of another form", () => withField("MessageSid", "SM1"), "MessageSid is not a message's SID"],
    ["no sender", () => without("From"), "From is missing"],
    ["no recipient", () => without("To"), "To is missing"],
    ["nothing but an account", () => ({ AccountSid: target.accountSid }), "MessageSid is missing"],
  ])("%s", async (_, fields, problem) => {
    const before = await cloud.dump();
    const answer = await postText(target, fields());
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(problem) });
    expect(await cloud.dump()).toEqual(before);
  });

  test("a form whose bytes are no UTF-8 is text with replacement characters, not an error", async () => {
    const customer = newCustomer();
    const fields = textFields(target, customer, "caf\ufffd, please!");
    const body = new URLSearchParams(fields).toString().replace("%EF%BF%BD", "%E9");
    const answer = await fetch(messagesUrl(target), {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": signatureOf(target, messagesUrl(target), fields),
      },
      body,
    });
    expect(answer.status).toBe(200);
    expect((await conversationOf(customer)).messages[0]!.text).toBe("caf\ufffd, please!");
  });
});

describe("a reply of", () => {
  test.each<[string, string, string]>([
    ["emoji alone", "👍🏽🎉", "👍🏽🎉"],
    ["Arabic", "طردك في الطريق.", "طردك في الطريق."],
    ["halves of characters", "a\ud83db\udc4d", "a\ufffdb\ufffd"],
  ])("%s goes out", async (_, text, expected) => {
    const { id, customer } = await openOne();
    expect((await reply(id, { text })).status).toBe(202);
    const [received] = await until("the reply on the phone", () => {
      const items = cloud.outbox(customer);
      return items.length > 0 && items;
    });
    expect(received!.text).toBe(expected);
  });

  test.each<[string, unknown, number, object]>([
    [
      "more than ten texts take",
      { text: `${"x".repeat(1_000)} `.repeat(15) },
      409,
      { reason: "text-too-long", alternatives: [{ kind: "shorten-text" }] },
    ],
    ["100,000 characters", { text: "x".repeat(100_000) }, 400, { errors: [{ field: "text" }] }],
    ["blanks alone", { text: " \n " }, 409, { reason: "text-empty" }],
    ["nothing", { text: "" }, 400, { errors: [{ field: "text" }] }],
    ["a number", { text: 7 }, 400, { errors: [{ field: "text" }] }],
    ["an unknown field", { text: "Hello.", nott: true }, 400, { errors: [{ field: "nott" }] }],
    ["a list", [], 400, { errors: [{ field: "" }] }],
  ])("%s is refused with the reason, and nothing goes out", async (_, body, status, problem) => {
    const { id, customer } = await openOne();
    const answer = await reply(id, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(answer.body).toMatchObject(problem);
    await cloud.clock.settle();
    expect(cloud.outbox(customer)).toEqual([]);
  });
});

test("a reply that is longer than one text goes out in several, cut between words and in order", async () => {
  const { id, customer } = await openOne();
  const text = Array.from({ length: 400 }, (_, position) => `word${position}`).join(" ");
  expect((await reply(id, { text })).status).toBe(202);
  const received = await until("both parts on the phone", () => {
    const items = cloud.outbox(customer);
    return items.length === 2 && items;
  });
  expect(received.map((item) => item.text).join(" ")).toBe(text);
});

describe("somebody else's conversation", () => {
  test("can be seen by who shares its queue, and answered or resolved by its holder alone", async () => {
    const { id, agentId, customer } = await openOne();
    expect(agentId).toBe(agent);
    expect((await cloud.api("agent-de", "GET", `/conversations/${id}`)).status).toBe(200);
    const answers = [
      await reply(id, { text: "Not mine." }, "agent-de"),
      await cloud.api("agent-de", "POST", `/conversations/${id}/resolve`, {}),
      await cloud.api("agent-de", "POST", `/conversations/${id}/transfer`, { queueId: "sales" }),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(403);
      expect(body.detail).toContain("agent-en holds it");
    }
    expect((await conversationOf(customer)).agentId).toBe(agent);
    expect(cloud.outbox(customer)).toEqual([]);
  });

  test("is, to who does not share its queue, as one that does not exist", async () => {
    const { id } = await openOne();
    const missing = `cnv_${"0".repeat(26)}`;
    for (const [method, path, body] of [
      ["GET", "", undefined],
      ["GET", "/messages", undefined],
      ["GET", "/decisions", undefined],
      ["POST", "/messages", { text: "Hello." }],
      ["POST", "/resolve", {}],
      ["POST", "/transfer", { queueId: "sales" }],
    ] as const) {
      const ask = (conversationId: string): Promise<ApiAnswer> =>
        cloud.api(elsewhere, method, `/conversations/${conversationId}${path}`, body, { "idempotency-key": "key" });
      const [hidden, unknown] = [await ask(id), await ask(missing)];
      expect([hidden.status, unknown.status], `${method} ${path}`).toEqual([404, 404]);
      expect(JSON.stringify(hidden.body).replaceAll(id, missing)).toBe(JSON.stringify(unknown.body));
    }
    const { body } = await cloud.api(elsewhere, "GET", "/conversations");
    expect(body.items).toEqual([]);
  });

  test("no agent sets another's presence", async () => {
    const { status } = await cloud.api("agent-de", "PUT", `/agents/${agent}/presence`, { status: "away" });
    expect(status).toBe(403);
  });
});

describe("a token", () => {
  test("that has expired is refused as such, while the reply that it sent in time goes out", async () => {
    const { id, customer } = await openOne();
    const api = apiAt(cloud.baseUrl, { [agent]: await signIn(cloud.baseUrl, agent) });
    const path = `/conversations/${id}/messages`;
    expect((await api(agent, "POST", path, { text: "In time." }, { "idempotency-key": "in-time" })).status).toBe(202);
    await cloud.clock.advance(61 * 60_000);
    const answer = await api(agent, "POST", path, { text: "Too late." }, { "idempotency-key": "too-late" });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toContain("the token has expired");
    expect(cloud.outbox(customer).map(({ text }) => text)).toEqual(["In time."]);
  });

  test.each<[string, () => string]>([
    ["that is missing", () => ""],
    ["that is none", () => "token"],
    ["with another's name in it", () => forged({ username: "admin" })],
    ["that nobody signed", () => forged({}, { alg: "none" })],
  ])("%s is refused", async (_, token) => {
    const answer = await apiAt(cloud.baseUrl, { somebody: token() })("somebody", "GET", "/conversations");
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
  });
});

test.each<[string, string, string]>([
  ["a status", "/conversations?status=lost", "status"],
  ["a queue", "/conversations?queue=nowhere", "queue"],
  ["a page", "/conversations?cursor=%00", "cursor"],
])("a list names %s that there is not", async (_, path, field) => {
  const answer = await cloud.api("supervisor", "GET", path);
  expect(answer.status).toBe(400);
  expect(answer.body.errors).toMatchObject([{ field }]);
});

test("nothing of all that failed inside: no function wrote an error, and nothing is parked", async () => {
  await cloud.clock.settle();
  const errors = cloud.log.filter((line) => line.includes('"level":"ERROR"') || /^\[[^\]]*\] \w*Error:/.test(line));
  expect(errors).toEqual([]);
  expect((await cloud.api("admin", "GET", "/parked")).body.items).toEqual([]);
});

/** The agent's token with other claims, under the old signature. */
function forged(claims: object, header?: object): string {
  const [oldHeader = "", payload = "", signature = ""] = cloud.tokens[agent]!.split(".");
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const changed = { ...JSON.parse(Buffer.from(payload, "base64url").toString()), ...claims };
  return [header ? encode(header) : oldHeader, encode(changed), header ? "" : signature].join(".");
}
