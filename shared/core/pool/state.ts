import { Heap, outside } from "./heap.ts";
import { enterLine, leaveLine, lineKeyOf, rebuildLines } from "./lines.ts";
import type { ClosedConversation, OpenConversation, PoolAgent, PoolState, Timer } from "./model.ts";
import { armAgent, armConversation, disarm, dueOrder } from "./timers.ts";
import type { AgentProfile, PoolEntry, Roster } from "./types.ts";
import { limits } from "../limits.ts";

/*
 * Every change of a pool's state goes through here. Each function keeps the indexes right and, within a decision, notes
 * what undoes it: a decision costs what it changes, however many wait.
 */

export function createPoolState(poolId: string): PoolState {
  return {
    poolId,
    sequence: 0,
    now: 0,
    touches: 0,
    roster: null,
    retired: new Map(),
    agents: new Map(),
    agentsBySkill: new Map(),
    queues: new Map(),
    conversations: new Map(),
    closed: new Map(),
    lines: new Map(),
    memberCount: 0,
    timers: new Heap(dueOrder),
    loosened: new Set(),
    journal: null,
    pending: null,
  };
}

/** From here on every change can be taken back. */
export function begin(state: PoolState): void {
  takeBackPending(state);
  const { now, touches } = state;
  state.journal = [() => void Object.assign(state, { now, touches })];
}

/**
 * Ends a decision. To whoever looks, the state is as it was at `begin`; but nearly always the next thing that happens is
 * that the entry is applied, and then nothing has to be taken back and done again.
 */
export function hold(state: PoolState, entry: PoolEntry): void {
  state.pending = { entry, journal: state.journal! };
  state.journal = null;
}

/** Takes the state back to where it was at `begin`. */
export function rollback(state: PoolState): void {
  const journal = state.journal!;
  state.journal = null;
  // Time first: what is put back arms its timers by it.
  journal[0]!();
  for (let index = journal.length - 1; index > 0; index -= 1) journal[index]!();
}

/** To be called before anything reads the state from outside a decision. */
export function takeBackPending(state: PoolState): void {
  if (!state.pending) return;
  state.journal = state.pending.journal;
  state.pending = null;
  rollback(state);
}

type Attributes = Omit<OpenConversation, "lineKey" | "position" | "line" | "timer">;

/** Puts a conversation where there was none, or another where there was one. */
export function putConversation(state: PoolState, attributes: Attributes): void {
  const { queueId, channel, steps, step } = attributes;
  const lineKey = lineKeyOf(queueId, channel, steps[step]!.requirements);
  replace(state, attributes.id, { ...attributes, lineKey, position: outside, line: null, timer: null });
}

/** Changes what stays within the same line. */
export function changeConversation(
  state: PoolState,
  conversation: OpenConversation,
  change: Partial<Omit<Attributes, "queueId" | "channel" | "steps" | "step">>,
): void {
  replace(state, conversation.id, { ...conversation, ...change, position: outside, line: null, timer: null });
}

export const removeConversation = (state: PoolState, id: string): void => replace(state, id, undefined);

function replace(state: PoolState, id: string, next: OpenConversation | undefined): void {
  const before = state.conversations.get(id);
  if (before) leaveIndexes(state, before);
  if (next) {
    state.conversations.set(id, next);
    enterIndexes(state, next);
  } else state.conversations.delete(id);
  state.journal?.push(() => replace(state, id, before));
}

function enterIndexes(state: PoolState, conversation: OpenConversation): void {
  if (conversation.status === "waiting") enterLine(state, conversation);
  holdBy(holderOf(state, conversation), conversation);
  armConversation(state, conversation);
}

function leaveIndexes(state: PoolState, conversation: OpenConversation): void {
  if (conversation.status === "waiting") leaveLine(conversation);
  const agent = holderOf(state, conversation);
  if (agent) {
    agent.used -= conversation.weight;
    agent.conversations.delete(conversation.id);
    state.loosened.add(agent);
  }
  disarm(state, conversation);
}

const holderOf = (state: PoolState, { agentId }: OpenConversation): PoolAgent | undefined =>
  agentId === null ? undefined : state.agents.get(agentId);

export function changeAgent(
  state: PoolState,
  agentId: string,
  change: Partial<Pick<PoolAgent, "presence" | "presenceReason" | "idleMark" | "availableSince">>,
): void {
  const agent = state.agents.get(agentId);
  if (!agent) return;
  const { presence, presenceReason, idleMark, availableSince } = agent;
  Object.assign(agent, change);
  state.loosened.add(agent);
  armAgent(state, agent);
  state.journal?.push(() => changeAgent(state, agentId, { presence, presenceReason, idleMark, availableSince }));
}

/** Takes the agent to the end of those who are idle. */
export function touchAgent(state: PoolState, agentId: string): void {
  state.touches += 1;
  changeAgent(state, agentId, { idleMark: state.touches });
}

export function putClosed(state: PoolState, id: string, closed: ClosedConversation | undefined): void {
  const before = state.closed.get(id);
  if (before === closed) return;
  state.closed.delete(id);
  if (closed) state.closed.set(id, closed);
  state.journal?.push(() => putClosed(state, id, before));
}

/** @returns the version at which a conversation lately left the pool */
export function closedVersion(state: PoolState, id: string): number | undefined {
  const closed = state.closed.get(id);
  return closed && closed.at + limits.poolClosedMemoryMs > state.now ? closed.version : undefined;
}

/** Forgets what `closedVersion` does not answer any more. */
export function pruneClosed(state: PoolState): void {
  for (const [id, { at }] of state.closed) {
    if (at + limits.poolClosedMemoryMs > state.now) return;
    state.closed.delete(id);
  }
}

/** New agents start offline; those who stay keep presence and conversations. */
export function putRoster(state: PoolState, roster: Roster): void {
  const retired = new Map(Array.from(state.retired).filter(([, at]) => at + limits.configurationHoldMs > state.now));
  if (state.roster) retired.set(state.roster.configurationVersion, state.now);
  retired.delete(roster.configurationVersion);
  const agents = new Map(roster.agents.map((profile) => [profile.id, newAgent(profile, state.agents.get(profile.id))]));
  const queues = new Map(roster.queues.map((queue) => [queue.id, queue]));
  for (const conversation of state.conversations.values()) {
    if (conversation.agentId !== null) holdBy(agents.get(conversation.agentId), conversation);
  }
  exchangeRoster(state, { roster, retired, agents, agentsBySkill: bySkill(agents), queues });
}

function bySkill(agents: Map<string, PoolAgent>): Map<string, PoolAgent[]> {
  const able = new Map<string, PoolAgent[]>();
  for (const agent of agents.values()) {
    for (const skill of Object.keys(agent.profile.skills)) {
      const others = able.get(skill);
      if (others) others.push(agent);
      else able.set(skill, [agent]);
    }
  }
  return able;
}

function newAgent(profile: AgentProfile, before: PoolAgent | undefined): PoolAgent {
  const { presence = "offline", presenceReason, idleMark = 0, availableSince = 0 } = before ?? {};
  const empty = { used: 0, conversations: new Map(), lines: [], weights: [], ranks: [], timer: null };
  return { profile, presence, presenceReason, idleMark, availableSince, ...empty };
}

function holdBy(agent: PoolAgent | undefined, conversation: OpenConversation): void {
  if (!agent) return;
  agent.used += conversation.weight;
  agent.conversations.set(conversation.id, conversation);
}

type RosterParts = Pick<PoolState, "roster" | "retired" | "agents" | "agentsBySkill" | "queues">;

function exchangeRoster(state: PoolState, next: RosterParts): void {
  const { roster, retired, agents, agentsBySkill, queues } = state;
  for (const agent of agents.values()) disarm(state, agent);
  Object.assign(state, next);
  for (const agent of state.agents.values()) armAgent(state, agent);
  rebuildLines(state);
  state.journal?.push(() => exchangeRoster(state, { roster, retired, agents, agentsBySkill, queues }));
}

/**
 * Lets time pass.
 *
 * @param now milliseconds since 1970; an earlier time than the state's changes nothing
 * @returns what fell due meanwhile, in the order in which it did
 */
export function passTime(state: PoolState, now: number): Timer[] {
  state.now = Math.max(state.now, now);
  const due: Timer[] = [];
  for (let first = state.timers.peek(); first && first.due <= state.now; first = state.timers.peek()) {
    state.timers.remove(first);
    due.push(first);
  }
  for (const timer of due) arm(state, timer);
  state.journal?.push(() => due.forEach((timer) => arm(state, timer)));
  return due;
}

function arm(state: PoolState, { kind, id }: Timer): void {
  if (kind === "conversation") {
    const conversation = state.conversations.get(id);
    if (conversation) armConversation(state, conversation);
    return;
  }
  const agent = state.agents.get(id);
  if (!agent) return;
  state.loosened.add(agent);
  armAgent(state, agent);
}
