import { rankOf, unitsFree, weightOf } from "./agents.ts";
import { Candidates } from "./candidates.ts";
import { Heap } from "./heap.ts";
import type { OpenConversation, PoolAgent, PoolState, WaitingLine } from "./model.ts";
import type { SkillRequirement } from "../decision.ts";
import { limits } from "../limits.ts";

/**
 * Names the line of conversations that the same agents may take: same queue, same channel (it decides the weight), same
 * requirements in whatever order they are written.
 */
export function lineKeyOf(queueId: string, channel: string, requirements: readonly SkillRequirement[]): string {
  const needs = requirements.length < 2 ? requirements : requirements.toSorted(bySkill);
  let key = `${queueId.length}:${queueId}${channel.length}:${channel}`;
  for (const { skill, level } of needs) key += `${skill.length}:${skill}${level};`;
  return key;
}

const bySkill = (one: SkillRequirement, other: SkillRequirement): number =>
  one.skill === other.skill ? one.level - other.level : one.skill < other.skill ? -1 : 1;

/** Whose turn it is among waiting conversations. */
export const waitingOrder = {
  keyOf: ({ key }: OpenConversation): number => key,
  idOf: ({ id }: OpenConversation): string => id,
};

export const waitsBefore = (one: OpenConversation, other: OpenConversation): boolean =>
  one.key === other.key ? one.id < other.id : one.key < other.key;

export function enterLine(state: PoolState, conversation: OpenConversation): void {
  const line = state.lines.get(conversation.lineKey) ?? openLine(state, conversation);
  conversation.line = line;
  line.waiting.push(conversation);
}

export function leaveLine(conversation: OpenConversation): void {
  conversation.line?.waiting.remove(conversation);
  conversation.line = null;
}

function openLine(state: PoolState, first: OpenConversation): WaitingLine {
  if (state.memberCount > limits.maxPoolLineMembers) forgetEmptyLines(state);
  const { lineKey, queueId, channel } = first;
  const { requirements } = first.steps[first.step]!;
  const line: WaitingLine = {
    key: lineKey,
    waiting: new Heap(waitingOrder),
    members: [],
    candidates: new Candidates(),
  };
  for (const agent of fewestToAsk(state, requirements)) {
    if (meets(agent, queueId, requirements)) join(line, agent, weightOf(agent.profile, channel));
  }
  correctMembers(state, line);
  state.memberCount += line.members.length;
  state.lines.set(lineKey, line);
  return line;
}

/** Whoever meets all requirements has each of the skills: those with the rarest are enough to look through. */
function fewestToAsk(state: PoolState, requirements: readonly SkillRequirement[]): Iterable<PoolAgent> {
  let fewest: PoolAgent[] | undefined;
  for (const { skill } of requirements) {
    const able = state.agentsBySkill.get(skill) ?? [];
    if (!fewest || able.length < fewest.length) fewest = able;
  }
  return fewest ?? state.agents.values();
}

const meets = (agent: PoolAgent, queueId: string, requirements: readonly SkillRequirement[]): boolean =>
  agent.profile.queueIds.includes(queueId) &&
  requirements.every(({ skill, level }) => (agent.profile.skills[skill] ?? 0) >= level);

function join(line: WaitingLine, agent: PoolAgent, weight: number): void {
  line.members.push({ agent, slot: agent.lines.length });
  agent.lines.push(line);
  agent.weights.push(weight);
  agent.ranks.push(Infinity);
}

function forgetEmptyLines(state: PoolState): void {
  const kept = Array.from(state.lines.values()).filter(({ waiting }) => waiting.size > 0);
  const members = new Map(kept.map((line) => [line, line.members.splice(0)]));
  leaveAllLines(state);
  for (const [line, before] of members) {
    state.lines.set(line.key, line);
    const channel = line.waiting.peek()!.channel;
    for (const { agent } of before) join(line, agent, weightOf(agent.profile, channel));
    correctMembers(state, line);
    state.memberCount += line.members.length;
  }
}

function leaveAllLines(state: PoolState): void {
  for (const { candidates } of state.lines.values()) candidates.clear();
  state.lines.clear();
  state.memberCount = 0;
  for (const agent of state.agents.values()) Object.assign(agent, { lines: [], weights: [], ranks: [] });
}

/** Builds all lines anew: to be called when the roster is another. */
export function rebuildLines(state: PoolState): void {
  leaveAllLines(state);
  state.loosened.clear();
  for (const conversation of state.conversations.values()) {
    if (conversation.status === "waiting") enterLine(state, conversation);
  }
}

function correctMembers(state: PoolState, { members }: WaitingLine): void {
  for (const { agent, slot } of members) correct(agent, slot, rankOf(agent), unitsFree(state, agent));
}

function correctLoosened(state: PoolState): void {
  for (const agent of state.loosened) {
    const free = unitsFree(state, agent);
    const rank = rankOf(agent);
    if (free > 0) for (let slot = 0; slot < agent.lines.length; slot += 1) correct(agent, slot, rank, free);
  }
  state.loosened.clear();
}

/** Lets a rank fall to the true one, and brings an agent who has room again back among the candidates. */
function correct(agent: PoolAgent, slot: number, rank: number, free: number): void {
  if (rank >= agent.ranks[slot]! || agent.weights[slot]! > free) return;
  agent.ranks[slot] = rank;
  const line = agent.lines[slot]!;
  if (line.candidates.size > 2 * line.members.length) rebuildCandidates(line);
  else line.candidates.push(rank, agent, slot);
}

/** Too many of its entries are dead: their agents have been pushed again. */
function rebuildCandidates({ candidates, members }: WaitingLine): void {
  candidates.clear();
  for (const { agent, slot } of members) {
    if (agent.ranks[slot] !== Infinity) candidates.push(agent.ranks[slot]!, agent, slot);
  }
}

const coolsDown = (conversation: OpenConversation, agentId: string, now: number): boolean =>
  conversation.coolDowns.some((coolDown) => coolDown.agentId === agentId && coolDown.until > now);

/** @returns of those who could take this waiting conversation now the longest idle; undefined when nobody could */
export function longestIdleFor(state: PoolState, conversation: OpenConversation): PoolAgent | undefined {
  correctLoosened(state);
  const { candidates } = conversation.line!;
  const passedOver: [agent: PoolAgent, slot: number][] = [];
  let found: PoolAgent | undefined;
  while (candidates.size > 0 && !found) {
    const { firstAgent: agent, firstSlot: slot, firstRank } = candidates;
    const rank = agent.weights[slot]! <= unitsFree(state, agent) ? rankOf(agent) : Infinity;
    if (firstRank !== agent.ranks[slot]) candidates.pop();
    else if (rank === Infinity) {
      agent.ranks[slot] = Infinity;
      candidates.pop();
    } else if (rank > firstRank) {
      agent.ranks[slot] = rank;
      candidates.raiseFirst(rank);
    } else if (coolsDown(conversation, agent.profile.id, state.now)) {
      candidates.pop();
      passedOver.push([agent, slot]);
    } else found = agent;
  }
  for (const [agent, slot] of passedOver) candidates.push(agent.ranks[slot]!, agent, slot);
  return found;
}

/** @returns of all waiting conversations that this agent could take now the one whose turn it is */
export function firstWaitingFor(state: PoolState, agent: PoolAgent): OpenConversation | undefined {
  const free = unitsFree(state, agent);
  if (free <= 0) return undefined;
  let first: OpenConversation | undefined;
  let firstKey = Infinity;
  for (let slot = 0; slot < agent.lines.length; slot += 1) {
    const { waiting } = agent.lines[slot]!;
    if (waiting.firstKey > firstKey || waiting.size === 0 || agent.weights[slot]! > free) continue;
    const head = headFor(state, waiting, agent.profile.id);
    if (!head || (first && !waitsBefore(head, first))) continue;
    first = head;
    firstKey = head.key;
  }
  return first;
}

function headFor(state: PoolState, waiting: Heap<OpenConversation>, agentId: string): OpenConversation | undefined {
  const passedOver: OpenConversation[] = [];
  let head = waiting.peek();
  while (head && coolsDown(head, agentId, state.now)) {
    waiting.remove(head);
    passedOver.push(head);
    head = waiting.peek();
  }
  for (const conversation of passedOver) waiting.push(conversation);
  return head;
}
