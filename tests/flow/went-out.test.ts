import { expect, test } from "vitest";
import { agent, operator, type Flow } from "./harness.ts";
import { reply, watched, type Watched } from "../functions/deliver/receiver.ts";
import { HttpOutcomeUnknown } from "../../shared/ports/http.ts";

/** A reply of which nobody knows whether it went out: the provider keeps it from its list, and it is parked. */
async function inDoubt(): Promise<Watched & { messageId: string; parkedId: string }> {
  const watching = await watched(["message.status"]);
  const { flow } = watching;
  await flow.text("Hello, could you please help me with my order?");
  const { items } = (await flow.call(agent("agent-en"), "GET", "/v1/conversations?status=assigned")).body;
  const lost = async () => {
    throw new HttpOutcomeUnknown("cut");
  };
  flow.network.next.push(...Array.from({ length: 8 }, () => lost));
  await reply(flow, items[0].id, "Gladly.");
  for (let minute = 0; minute < 4; minute += 1) await flow.advance(60_000);
  flow.network.next.length = 0;
  const [send] = (await flow.call(operator, "GET", "/v1/sends")).body.items;
  return { ...watching, messageId: send.messageId, parkedId: send.actions[0].path.split("/")[3] };
}

/** The next event is not written: the function dies there. */
function dieAtNextEvent({ stores }: Flow): void {
  const { append } = stores.webhooks;
  stores.webhooks.append = async () => {
    stores.webhooks.append = append;
    throw new Error("died");
  };
}

const statusesOf = ({ receiver }: Watched): string[] =>
  receiver.taken.map(({ data }) => (data as { message: { status: string } }).message.status);

test("that a reply went out is told, also when whoever notes it dies half-way and is asked again", async () => {
  const world = await inDoubt();
  const { flow, parkedId } = world;
  dieAtNextEvent(flow);
  const wentOut = () => flow.call(operator, "POST", `/v1/parked/${parkedId}/went-out`);
  expect((await wentOut()).status).toBe(500);
  expect((await wentOut()).status).toBe(200);
  await flow.settle();
  expect(statusesOf(world).at(-1)).toBe("sent");
});

test("what was noted and not told is told before it leaves the list of what is parked", async () => {
  const world = await inDoubt();
  const { flow, parkedId } = world;
  dieAtNextEvent(flow);
  expect((await flow.call(operator, "POST", `/v1/parked/${parkedId}/went-out`)).status).toBe(500);
  expect((await flow.call(operator, "GET", "/v1/sends")).body.items).toEqual([]);
  await flow.settle();
  expect(statusesOf(world).at(-1)).toBe("sent");
});

test("and so it is when somebody else wants to send it again meanwhile", async () => {
  const world = await inDoubt();
  const { flow, parkedId } = world;
  dieAtNextEvent(flow);
  expect((await flow.call(operator, "POST", `/v1/parked/${parkedId}/went-out`)).status).toBe(500);
  expect((await flow.call(operator, "POST", `/v1/parked/${parkedId}/redrive`)).status).toBe(409);
  await flow.settle();
  expect(statusesOf(world).at(-1)).toBe("sent");
});
