import type { PoolOutcome } from "../../../shared/core/pool/types.ts";
import { appendedEntry, type Checker, type History } from "../history.ts";
import type { PoolModel } from "../poolModel.ts";

/** I4: the router never assigns or offers beyond an agent's free units; what a person forces is marked. */
export const capacity: Checker = {
  invariant: "I4",

  onCall(observation, history) {
    if (observation.operation === "poolLog.append" && observation.result === false)
      history.reached("I4", "an append met a conflict");
    const entry = appendedEntry(observation);
    if (entry === undefined) return;
    const model = history.poolModel(entry.poolId);
    if (entry.sequence !== model.lastSequence + 1) {
      history.violate("I4", `${entry.poolId}'s log goes from ${model.lastSequence} to ${entry.sequence}`);
    }
    model.apply(entry, (outcome) => checkRoom(outcome, model, Date.parse(entry.at), history));
  },

  async atEnd(history) {
    for (const [poolId, model] of history.pools) {
      const entries = await history.stores.poolLog.readAfter(poolId, 0);
      if (entries.some(({ sequence }, index) => sequence !== index + 1))
        history.violate("I4", `${poolId}'s log has a gap`);
      if (entries.length !== model.lastSequence) {
        history.violate("I4", `${poolId}'s log holds ${entries.length} entries, ${model.lastSequence} were appended`);
      }
      await checkShown(model, history);
    }
  },
};

function checkRoom(outcome: PoolOutcome, model: PoolModel, now: number, history: History): void {
  if (outcome.kind !== "offered" && outcome.kind !== "assigned") return;
  const agent = model.agents.get(outcome.agentId);
  const conversation = model.conversations.get(outcome.conversationId);
  if (agent === undefined || conversation === undefined) {
    history.violate(
      "I4",
      `${outcome.conversationId} was ${outcome.kind} to ${outcome.agentId}, one of whom the pool does not know`,
    );
    return;
  }
  const accepted = outcome.kind === "assigned" && conversation.status === "assigned";
  if (accepted)
    history.violate(
      "I4",
      `${outcome.conversationId} was assigned to ${outcome.agentId} while ${conversation.agentId} holds it`,
    );
  if (outcome.kind === "assigned" && outcome.forced) return;
  const weight = model.weightOf(agent, conversation.channel);
  if (outcome.weight !== weight)
    history.violate("I4", `${outcome.conversationId} weighs ${outcome.weight} instead of ${weight}`);
  // An accepted offer had its room when it was made; what a supervisor has forced since then takes nothing from it.
  if (conversation.agentId === outcome.agentId) return;
  const used = model.unitsUsed(outcome.agentId) + outcome.weight;
  if (used === agent.profile.units) history.reached("I4", "an agent was filled to the last unit");
  if (used > model.unitsOpen(agent, now)) {
    history.violate(
      "I4",
      `${outcome.agentId} got ${outcome.conversationId} and holds ${used} of ${model.unitsOpen(agent, now)} units`,
    );
  }
}

/** What the desk shows an agent to hold must fit as well. */
async function checkShown(model: PoolModel, history: History): Promise<void> {
  const shown = new Map<string, number>();
  for (const id of history.conversationIds) {
    const conversation = await history.stores.conversations.get(id);
    const modelled = model.conversations.get(id);
    // One that was opened again, and that its pool has not taken up, is shown as waiting.
    if (!conversation?.agentId || conversation.status === "snoozed" || conversation.status === "resolved") continue;
    if (conversation.closedAt !== undefined || modelled === undefined || modelled.forced) continue;
    const agent = model.agents.get(conversation.agentId);
    if (agent === undefined) continue;
    // As it weighed when it was given: what its customer writes by later does not change that.
    const weight = model.weightOf(agent, modelled.channel);
    shown.set(conversation.agentId, (shown.get(conversation.agentId) ?? 0) + weight);
  }
  for (const [agentId, units] of shown) {
    const { profile } = model.agents.get(agentId)!;
    if (units > profile.units)
      history.violate("I4", `the desk shows ${agentId} with ${units} of ${profile.units} units`);
  }
}
