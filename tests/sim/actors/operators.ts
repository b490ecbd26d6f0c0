import type { Caller } from "../../../functions/caller.ts";
import { webhookId, type World } from "../world.ts";

interface Listed {
  id: string;
  kind: "inbound" | "pool" | "outbound" | "timer" | "mail" | "delivery";
  sendId: string | null;
}

const operator: Caller = { id: "operator", role: "operator" };

/**
 * An operator sends on what is parked. A reply whose outcome nobody knows goes out again only on a person's decision, and
 * the ledger says so.
 */
export function operatorsRedrive(world: World, alsoReplies: boolean): void {
  world.act(async () => {
    const { body } = await world.insist({ caller: operator, method: "GET", path: "/v1/parked" });
    for (const { id, kind, sendId } of (JSON.parse(body) as { items: Listed[] }).items) {
      if (kind === "outbound" && !alsoReplies) continue;
      if (sendId && world.random.chance(0.3)) {
        world.ledger.settledSends.add(sendId);
        await world.insist({ caller: operator, method: "POST", path: `/v1/parked/${id}/went-out` });
        continue;
      }
      if (sendId) world.ledger.redrivenSends.add(sendId);
      const { status } = await world.insist({ caller: operator, method: "POST", path: `/v1/parked/${id}/redrive` });
      world.counters.count("work", `redrives of ${kind} answered ${status}`);
    }
  });
}

/** Whatever waits for the receiver of events is tried at once. */
export function operatorsWakeReceiver(world: World): void {
  if (!world.hasReceiver) return;
  const path = `/v1/webhooks/${webhookId}`;
  world.act(async () => {
    await world.insist({ caller: operator, method: "PATCH", path, body: { state: "active" } });
  });
}

/** Somebody asks for a look at a pool a little later. */
export function timersFire(world: World): void {
  const { id: poolId } = world.random.pick(world.config.pools);
  world.host.setTimer(poolId, world.random.below(60));
}
