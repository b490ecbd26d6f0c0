import type { Caller } from "../../../functions/caller.ts";
import { derivedId, identityIdOf } from "../../../shared/core/ids.ts";
import { people } from "../people.ts";
import type { World } from "../world.ts";
import { pickConversation, supervisor } from "./desk.ts";

const admin: Caller = { id: "admin", role: "admin" };

/** A supervisor takes two customers for one person. */
export function supervisorsMerge(world: World): void {
  world.act(async () => {
    const [one, other] = [await anyCustomer(world), await anyCustomer(world)];
    if (one === undefined || other === undefined || one === other) return;
    world.ledger.offeredJoins.push([one, other]);
    const undone = world.history.joins.undone.size;
    const path = `/v1/customers/${one}/merge`;
    const { status } = await world.insist({ caller: supervisor, method: "POST", path, body: { from: other } });
    world.counters.count("work", `merges answered ${status}`);
    const { joins } = world.history;
    if (status !== 200 || joins.undone.size !== undone) return;
    if (joins.currentOf(one) !== joins.currentOf(other))
      world.history.violate("I8", `merging ${other} into ${one} was answered 200, and they are two`);
  });
}

/** Somebody finds out that they were two after all. */
export function adminsUndo(world: World): void {
  const { merges, undone } = world.history.joins;
  const standing = Array.from(merges.keys()).filter((id) => !undone.has(id));
  const mergeId = standing.length > 0 ? world.random.pick(standing) : undefined;
  if (mergeId === undefined) return;
  world.act(async () => {
    const { status } = await world.insist({ caller: admin, method: "POST", path: `/v1/merges/${mergeId}/undo` });
    world.counters.count("work", `undoings answered ${status}`);
    if (status === 200 && !undone.has(mergeId)) world.history.violate("I8", `${mergeId} was undone by word alone`);
  });
}

/** Another system's records come in: who somebody is, and what the company knows of them. */
export function operatorsImport(world: World): void {
  const { random } = world;
  const { phone, mail, subject } = random.pick(people);
  const addresses = [
    { channel: "sms", address: phone },
    ...(random.chance(0.6) ? [{ channel: "email", address: mail }] : []),
    ...(random.chance(0.3) ? [{ channel: "web", address: `user:${subject}` }] : []),
  ];
  const externalId = random.chance(0.5) ? `crm-${subject}` : undefined;
  const record = { externalId, addresses, attributes: { tier: random.pick(["gold", "blue"]) } };
  const identityIds = addresses.map(({ channel, address }) => identityIdOf(channel, address));
  world.ledger.offeredJoins.push([
    ...identityIds,
    ...(externalId === undefined ? [] : [derivedId("cus", "imported", externalId)]),
  ]);
  world.act(async () => {
    const undone = world.history.joins.undone.size;
    const path = "/v1/customers/import";
    const { status, body } = await world.insist({ caller: admin, method: "POST", path, body: { records: [record] } });
    world.counters.count("work", `imports answered ${status}`);
    const [result] = status === 200 ? (JSON.parse(body) as { results: { customerId?: string }[] }).results : [];
    if (result?.customerId !== undefined) world.history.expectJoined(identityIds, undone, `the import of ${subject}`);
  });
}

/** What the company knows of a customer changes. */
export function agentsChangeAttributes(world: World): void {
  world.act(async () => {
    const id = await anyCustomer(world);
    if (id === undefined) return;
    const attributes = { tier: world.random.pick(["gold", "blue", null]) };
    const { status } = await world.insist({
      caller: supervisor,
      method: "PATCH",
      path: `/v1/customers/${id}`,
      body: { attributes },
    });
    world.counters.count("work", `changes of attributes answered ${status}`);
  });
}

/** An address is shut out, and let in again. */
export function supervisorsBlock(world: World): void {
  const { random, history } = world;
  const identityIds = Array.from(history.joins.firstCustomers.keys());
  if (identityIds.length === 0) return;
  const numbers = people.map(({ whatsapp: [number] }) => identityIdOf("whatsapp", number));
  const known = numbers.filter((id) => identityIds.includes(id));
  const identityId = random.pick(known.length > 0 && random.chance(0.5) ? known : identityIds);
  const path = `/v1/identities/${identityId}/blocked`;
  world.act(async () => {
    await world.insist({ caller: supervisor, method: "PUT", path, body: { blocked: true } });
    await world.pause(random.below(random.pick([60_000, 600_000])));
    await world.insist({ caller: supervisor, method: "PUT", path, body: { blocked: false } });
  });
}

async function anyCustomer(world: World): Promise<string | undefined> {
  const conversation = await pickConversation(world, supervisor, "");
  return conversation?.customerId;
}
