import { appendedEntry, type Checker, type History } from "../history.ts";
import type { PoolModel } from "../poolModel.ts";

const sweepEveryMs = 61_000;

/** I5: a waiting conversation and an admissible agent do not coexist beyond one sweep. */
export const noIdleHands: Checker = {
  invariant: "I5",

  onCall(observation, history) {
    const entry = appendedEntry(observation);
    if (!entry?.events.some(({ kind }) => kind === "sweep")) return;
    checkPool(entry.poolId, history.poolModel(entry.poolId), Date.parse(entry.at), history);
  },

  async atEnd(history) {
    // Whatever was possible before the last sweep must have come about with it.
    const lastSweep = history.clock.now() - sweepEveryMs;
    for (const [poolId, model] of history.pools) checkPool(poolId, model, lastSweep, history);
    for (const [agentId, promised] of history.ledger.presences) {
      for (const { agents } of history.pools.values()) {
        const agent = agents.get(agentId);
        if (agent && agent.presence !== promised) {
          history.violate("I5", `${agentId} was told to be ${promised}, and the pool has them ${agent.presence}`);
        }
      }
    }
  },
};

function checkPool(poolId: string, model: PoolModel, now: number, history: History): void {
  for (const [id, conversation] of model.conversations) {
    if (conversation.status !== "waiting") continue;
    let someoneSkilled = false;
    for (const agent of model.agents.values()) {
      someoneSkilled ||= agent.presence === "available";
      if (model.isAdmissible(agent, conversation, now)) {
        history.violate(
          "I5",
          `in ${poolId}, ${id} waits after a sweep while ${agent.profile.id} has room and skills for it`,
        );
      }
    }
    if (someoneSkilled) history.reached("I5", "a conversation waited while somebody was available");
  }
}
