import { expect, test } from "vitest";
import { chirp, chirpId, createChirpFlow, inboxId, number, take, taken, userId } from "./chirp.ts";
import { supervisor, type Flow } from "./harness.ts";
import { mayGoOut } from "../../shared/flow/gate.ts";

/*
 * Two addresses that the provider calls one person's lead to the same chat: whoever stopped messages there, or was blocked,
 * is so by each of them.
 */

/** What the gate says of a reply to this address. */
async function verdictFor(flow: Flow, address: string): Promise<string> {
  const identity = await flow.stores.identities.get(chirpId(address));
  const message = { text: "Good news!", files: [], quickReplies: [], isAutomatic: false };
  const route = { identityId: chirpId(address), channel: "chirp", address, inboxId };
  const at = new Date(flow.clock.now()).toISOString();
  // Within the window, which is each address's own: what is asked here is what the customer wants.
  const verdict = await mayGoOut(
    message,
    route,
    { identity: identity && { ...identity, lastInboundAt: { [inboxId]: at } }, conversation: undefined },
    flow.app,
  );
  return verdict.ok ? "yes" : verdict.reason;
}

const stop = { text: "STOP", optOut: "stop" } as const;
const start = { text: "START", optOut: "start" } as const;

test("a STOP by the number holds for the user id, whichever was known first, and START by the other lifts it", async () => {
  const flow = createChirpFlow();
  await taken(flow, { aliases: [userId] });
  await taken(flow, { ...stop, aliases: [userId] });
  expect(await verdictFor(flow, number)).toBe("opted-out");
  expect(await verdictFor(flow, userId)).toBe("opted-out");
  await taken(flow, { ...start, from: userId });
  expect(await verdictFor(flow, userId)).toBe("yes");
  expect(await verdictFor(flow, number)).toBe("yes");
});

test("a STOP holds for an address that the provider names only later", async () => {
  const flow = createChirpFlow();
  await taken(flow, stop);
  await take(
    flow,
    chirp({ text: "", isQuiet: true, context: { kind: "address-change" }, from: userId, aliases: [number] }),
  );
  expect(await verdictFor(flow, userId)).toBe("opted-out");
  await taken(flow, { ...start, from: userId, aliases: [number] });
  expect(await verdictFor(flow, number)).toBe("yes");
});

test("a STOP with the message that first names the other address holds for both", async () => {
  const flow = createChirpFlow();
  await taken(flow, { ...stop, aliases: [userId] });
  expect(await verdictFor(flow, userId)).toBe("opted-out");
});

test("a STOP is recorded although the other address was erased", async () => {
  const flow = createChirpFlow();
  await taken(flow, { aliases: [userId] });
  await flow.stores.identities.remove(chirpId(userId));
  await taken(flow, stop);
  expect(await verdictFor(flow, number)).toBe("opted-out");
});

test("a block holds for the sender's other address, from the message on by which that becomes known", async () => {
  const flow = createChirpFlow();
  await taken(flow);
  await flow.call(supervisor, "PUT", `/v1/identities/${chirpId(number)}/blocked`, { blocked: true });
  const { decision } = await taken(flow, { from: userId, aliases: [number] });
  expect(decision).toMatchObject({ kind: "keep", reason: "blocked-address" });
  expect(await verdictFor(flow, userId)).toBe("blocked-address");
});

test("blocking one of two known addresses blocks both, and so does unblocking", async () => {
  const flow = createChirpFlow();
  await taken(flow, { aliases: [userId] });
  const block = (address: string, blocked: boolean) =>
    flow.call(supervisor, "PUT", `/v1/identities/${chirpId(address)}/blocked`, { blocked });
  await block(number, true);
  expect(await verdictFor(flow, userId)).toBe("blocked-address");
  await block(userId, false);
  expect(await verdictFor(flow, number)).toBe("yes");
});
