import { afterAll, beforeAll, expect, test } from "vitest";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";

const supervisor = "supervisor";
const agentUnits = 4;
let cloud: CloudUnderTest;

beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud?.stop());

interface Shown {
  id: string;
  address: string;
  status: string;
  agentId: string | null;
  queueId: string;
  language: string;
}

const setPresence = async (agent: string, status: "available" | "away" | "offline"): Promise<void> => {
  expect((await cloud.api(agent, "PUT", `/agents/${agent}/presence`, { status })).status).toBe(200);
};

const conversationOf = (address: string, status: string): Promise<Shown> =>
  until(`${address} ${status}`, async () => {
    const { body } = await cloud.api(supervisor, "GET", `/conversations?status=${status}`);
    return body.items.find((item: Shown) => item.address === address);
  });

const queue = async (id: string): Promise<{ depth: number; oldestAgeMs: number; agentsAvailable: number }> => {
  const { body } = await cloud.api(supervisor, "GET", "/queues");
  return body.items.find((item: { id: string }) => item.id === id);
};

const resolve = async ({ id, agentId }: Shown): Promise<void> => {
  expect((await cloud.api(agentId!, "POST", `/conversations/${id}/resolve`, {})).status).toBe(200);
};

const germanText = "Guten Tag, ich warte noch immer auf mein Paket. Können Sie mir bitte helfen?";
const chineseText = "你好，我想知道我的包裹什么时候能到？谢谢。";
const englishText = "Hello, I am still waiting for my parcel. Could you please help me?";

test("a text goes to the agent who has its language", async () => {
  for (const agent of ["agent-en", "agent-de", "agent-zh"]) await setPresence(agent, "available");
  const cases = [
    { from: "+4915112345640", text: germanText, language: "de", agentId: "agent-de" },
    { from: "+8613912345640", text: chineseText, language: "zh", agentId: "agent-zh" },
    { from: "+12025550140", text: englishText, language: "en", agentId: "agent-en" },
    // The number says nothing: what counts is what was written.
    { from: "+4915112345641", text: chineseText, language: "zh", agentId: "agent-zh" },
  ];
  for (const { from, text } of cases) await cloud.text(from, text);
  for (const { from, language, agentId } of cases) {
    const conversation = await conversationOf(from, "assigned");
    expect(conversation).toMatchObject({ language, agentId, queueId: "information" });
    await resolve(conversation);
  }
});

test("when the one with the skill is full, a text waits, is shown in its queue, and is theirs once there is room", async () => {
  await setPresence("agent-de", "available");
  const customers = Array.from({ length: agentUnits + 2 }, (_, index) => `+491511234565${index}`);
  const held: Shown[] = [];
  for (const customer of customers.slice(0, agentUnits)) {
    await cloud.text(customer, germanText);
    held.push(await conversationOf(customer, "assigned"));
  }
  expect(held.map(({ agentId }) => agentId)).toEqual(held.map(() => "agent-de"));

  const [next, last] = customers.slice(agentUnits) as [string, string];
  await cloud.text(next, germanText);
  expect(await conversationOf(next, "waiting")).toMatchObject({ agentId: null, queueId: "information" });
  await cloud.clock.advance(90_000);
  await cloud.text(last, germanText);
  await conversationOf(last, "waiting");
  // Two others have room, and neither takes it.
  const shown = await queue("information");
  expect(shown).toMatchObject({ depth: 2, agentsAvailable: 2 });
  expect(shown.oldestAgeMs).toBeGreaterThanOrEqual(90_000);
  expect(shown.oldestAgeMs).toBeLessThan(150_000);

  await resolve(held[0]!);
  expect((await conversationOf(next, "assigned")).agentId).toBe("agent-de");
  expect(await conversationOf(last, "waiting")).toMatchObject({ agentId: null });
  expect((await queue("information")).depth).toBe(1);
  for (const conversation of held.slice(1)) await resolve(conversation);
  expect((await conversationOf(last, "assigned")).agentId).toBe("agent-de");
  expect(await queue("information")).toMatchObject({ depth: 0, oldestAgeMs: 0 });
});

test("when the one with the skill is away, a text waits, and is theirs once they are back", async () => {
  const customer = "+8613912345660";
  await setPresence("agent-zh", "away");
  await cloud.text(customer, chineseText);
  expect(await conversationOf(customer, "waiting")).toMatchObject({ agentId: null });
  expect(await queue("information")).toMatchObject({ depth: 1, agentsAvailable: 2 });
  await setPresence("agent-zh", "offline");
  await cloud.clock.advance(5 * 60_000);
  expect(await conversationOf(customer, "waiting")).toMatchObject({ agentId: null });
  await setPresence("agent-zh", "available");
  expect((await conversationOf(customer, "assigned")).agentId).toBe("agent-zh");
  expect((await queue("information")).depth).toBe(0);
});

test("when nobody fluent is there, a text goes after two minutes to who speaks the language well enough", async () => {
  const customer = "+12025550170";
  await setPresence("agent-zh", "available");
  await setPresence("agent-en", "away");
  await cloud.text(customer, englishText);
  await conversationOf(customer, "waiting");
  await cloud.clock.advance(60_000);
  expect(await conversationOf(customer, "waiting")).toMatchObject({ agentId: null });
  await cloud.clock.advance(2 * 60_000);
  expect((await conversationOf(customer, "assigned")).agentId).toBe("agent-zh");
});

test("while everybody is offline all wait, and who comes first gets what they can answer, no more than they can hold", async () => {
  for (const agent of ["agent-en", "agent-de", "agent-zh"]) await setPresence(agent, "offline");
  const customers = Array.from({ length: agentUnits + 1 }, (_, index) => `+120255501${80 + index}`);
  for (const customer of customers) {
    await cloud.text(customer, englishText);
    await conversationOf(customer, "waiting");
  }
  await setPresence("agent-de", "available");
  expect((await queue("information")).depth).toBe(customers.length);
  await setPresence("agent-en", "available");
  const { body } = await cloud.api("agent-en", "GET", "/conversations?agent=agent-en");
  const theirs = body.items.map((item: Shown) => item.address).toSorted();
  expect(theirs).toEqual(customers.slice(0, agentUnits));
  expect(await conversationOf(customers.at(-1)!, "waiting")).toMatchObject({ agentId: null });
});
