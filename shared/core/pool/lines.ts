import { rankIn, unitsFree, weightOf } from "./agents.ts";
import { Heap, outside } from "./heap.ts";
import type { Candidacy, OpenConversation, PoolAgent, PoolState, WaitingLine } from "./model.ts";
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

export const waitsBefore = (one: OpenConversation, other: OpenConversation): boolean =>
  one.key === other.key ? one.id < other.id : one.key < other.key;

const ranksBefore = (one: Candidacy, other: Candidacy): boolean =>
  one.rank === other.rank ? one.agent.profile.id < other.agent.profile.id : one.rank < other.rank;

export const meets = (agent: PoolAgent, queueId: string, requirements: readonly SkillRequirement[]): boolean =>
  agent.profile.queueIds.includes(queueId) &&
  requirements.every(({ skill, level }) => (agent.profile.skills[skill] ?? 0) >= level);

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
  if (state.candidacyCount > limits.maxPoolCandidacies) forgetEmptyLines(state);
  const { lineKey, queueId, channel } = first;
  const line: WaitingLine = { key: lineKey, waiting: new Heap(waitsBefore), candidates: new Heap(ranksBefore) };
  const { requirements } = first.steps[first.step]!;
  for (const agent of state.agents.values()) {
    if (!meets(agent, queueId, requirements)) continue;
    const candidacy: Candidacy = { agent, line, weight: weightOf(agent.profile, channel), rank: 0, position: outside };
    agent.candidacies.push(candidacy);
    state.candidacyCount += 1;
    correct(state, candidacy);
  }
  state.lines.set(lineKey, line);
  return line;
}

function forgetEmptyLines(state: PoolState): void {
  for (const [key, line] of state.lines) {
    if (line.waiting.size === 0) state.lines.delete(key);
  }
  state.candidacyCount = 0;
  for (const agent of state.agents.values()) {
    agent.candidacies = agent.candidacies.filter(({ line }) => line.waiting.size > 0);
    state.candidacyCount += agent.candidacies.length;
  }
}

/** Builds all lines anew: to be called when the roster is another. */
export function rebuildLines(state: PoolState): void {
  state.lines.clear();
  state.loosened.clear();
  state.candidacyCount = 0;
  for (const agent of state.agents.values()) agent.candidacies = [];
  for (const conversation of state.conversations.values()) {
    if (conversation.status === "waiting") enterLine(state, conversation);
  }
}

/** Lets a candidacy's rank fall to the true one, and brings the candidacy back into its line when there is room again. */
function correct(state: PoolState, candidacy: Candidacy): void {
  const rank = rankIn(state, candidacy);
  const { candidates } = candidacy.line;
  if (candidacy.position === outside) {
    if (rank === Infinity) return;
    candidacy.rank = rank;
    candidates.push(candidacy);
  } else if (rank < candidacy.rank) {
    candidacy.rank = rank;
    candidates.reorder(candidacy);
  }
}

function correctLoosened(state: PoolState): void {
  for (const agent of state.loosened) {
    for (const candidacy of agent.candidacies) correct(state, candidacy);
  }
  state.loosened.clear();
}

const coolsDown = (conversation: OpenConversation, agentId: string, now: number): boolean =>
  conversation.coolDowns.some((coolDown) => coolDown.agentId === agentId && coolDown.until > now);

/** @returns of those who could take this waiting conversation now the longest idle; undefined when nobody could */
export function longestIdleFor(state: PoolState, conversation: OpenConversation): PoolAgent | undefined {
  correctLoosened(state);
  const { candidates } = conversation.line!;
  const passedOver: Candidacy[] = [];
  let found: PoolAgent | undefined;
  for (let first = candidates.peek(); first && !found; first = candidates.peek()) {
    const rank = rankIn(state, first);
    if (rank === Infinity) candidates.remove(first);
    else if (rank > first.rank) {
      first.rank = rank;
      candidates.reorder(first);
    } else if (coolsDown(conversation, first.agent.profile.id, state.now)) {
      candidates.remove(first);
      passedOver.push(first);
    } else found = first.agent;
  }
  for (const candidacy of passedOver) candidates.push(candidacy);
  return found;
}

/** @returns of all waiting conversations that this agent could take now the one whose turn it is */
export function firstWaitingFor(state: PoolState, agent: PoolAgent): OpenConversation | undefined {
  const free = unitsFree(state, agent);
  let first: OpenConversation | undefined;
  for (const { line, weight } of agent.candidacies) {
    if (line.waiting.size === 0 || weight > free) continue;
    const head = headFor(state, line, agent.profile.id);
    if (head && (!first || waitsBefore(head, first))) first = head;
  }
  return first;
}

function headFor(state: PoolState, { waiting }: WaitingLine, agentId: string): OpenConversation | undefined {
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
