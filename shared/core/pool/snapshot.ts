import { PoolLogError } from "./apply.ts";
import type { OpenConversation, PoolAgent, PoolState } from "./model.ts";
import {
  changeAgent,
  closedVersion,
  createPoolState,
  putClosed,
  putConversation,
  putRoster,
  takeBackPending,
} from "./state.ts";
import type { CoolDown, PresenceStatus, Roster } from "./types.ts";
import type { RoutingStep } from "../decision.ts";

const snapshotVersion = 1;

/** What many conversations have in common, written once. */
interface Kind {
  queueId: string;
  channel: string;
  steps: readonly RoutingStep[];
}

type WaitingRow = [id: string, version: number, kind: number, step: number, enqueuedAt: number, key: number];
type HeldRow = [
  agentId: string | null,
  offerId: string | null,
  weight: number,
  expiresAt: number,
  forced: boolean,
  keeperId?: string | null,
];
type ConversationRow =
  | WaitingRow
  | [...WaitingRow, CoolDown[]]
  | [...WaitingRow, CoolDown[], OpenConversation["status"], ...HeldRow];
type AgentRow = [
  id: string,
  presence: PresenceStatus,
  idleMark: number,
  availableSince: number,
  ...presenceReason: string[],
];

interface Snapshot {
  schemaVersion: typeof snapshotVersion;
  poolId: string;
  sequence: number;
  now: number;
  touches: number;
  roster: Roster | null;
  retired: [string, number][];
  agents: AgentRow[];
  kinds: Kind[];
  conversations: ConversationRow[];
  closed: [id: string, version: number, at: number][];
}

/** Writes a state down as JSON: the same state gives the same value, however it came about. */
export function snapshotPool(state: PoolState): string {
  takeBackPending(state);
  const { poolId, sequence, now, touches, roster, retired } = state;
  const kinds = new Kinds();
  const snapshot: Snapshot = {
    schemaVersion: snapshotVersion,
    poolId,
    sequence,
    now,
    touches,
    roster,
    retired: Array.from(retired),
    agents: Array.from(state.agents.values(), agentRow),
    conversations: byId(state.conversations).map(([, conversation]) => conversationRow(conversation, kinds, now)),
    kinds: kinds.list,
    closed: byId(state.closed)
      .filter(([id]) => closedVersion(state, id) !== undefined)
      .map(([id, { version, at }]) => [id, version, at]),
  };
  return JSON.stringify(snapshot);
}

/** @throws PoolLogError when another version of the program wrote it in a form that this one does not read */
export function restorePool(text: string): PoolState {
  const snapshot = JSON.parse(text) as Snapshot;
  if (snapshot.schemaVersion !== snapshotVersion) {
    throw new PoolLogError(
      `A pool snapshot has version ${String(snapshot.schemaVersion)}; this reads ${snapshotVersion}.`,
    );
  }
  const { poolId, sequence, now, touches, roster, retired } = snapshot;
  const state = Object.assign(createPoolState(poolId), { sequence, now, touches });
  if (roster) putRoster(state, roster);
  state.retired = new Map(retired);
  for (const [id, presence, idleMark, availableSince, presenceReason] of snapshot.agents) {
    changeAgent(state, id, { presence, presenceReason, idleMark, availableSince });
  }
  for (const row of snapshot.conversations) putConversation(state, conversationOf(row, snapshot.kinds));
  for (const [id, version, at] of snapshot.closed.toSorted((one, other) => one[2] - other[2])) {
    putClosed(state, id, { version, at });
  }
  return state;
}

const byId = <Value>(map: ReadonlyMap<string, Value>): [string, Value][] =>
  Array.from(map).toSorted(([one], [other]) => (one < other ? -1 : 1));

function agentRow({ profile, presence, presenceReason, idleMark, availableSince }: PoolAgent): AgentRow {
  const row: AgentRow = [profile.id, presence, idleMark, availableSince];
  return presenceReason === undefined ? row : [...row, presenceReason];
}

function conversationRow(conversation: OpenConversation, kinds: Kinds, now: number): ConversationRow {
  const { id, version, step, enqueuedAt, key, status, agentId, offerId, weight, expiresAt, forced, keeperId } =
    conversation;
  const row: WaitingRow = [id, version, kinds.indexOf(conversation), step, enqueuedAt, key];
  const coolDowns = conversation.coolDowns.filter(({ until }) => until > now);
  if (status === "snoozed") return [...row, coolDowns, status, agentId, offerId, weight, expiresAt, forced, keeperId];
  if (status !== "waiting") return [...row, coolDowns, status, agentId, offerId, weight, expiresAt, forced];
  return coolDowns.length > 0 ? [...row, coolDowns] : row;
}

function conversationOf(row: ConversationRow, kinds: Kind[]) {
  const [id, version, kind, step, enqueuedAt, key, coolDowns = [], status = "waiting" as const] = row;
  const [agentId = null, offerId = null, weight = 0, expiresAt = 0, forced = false, keeperId = null] = row.slice(
    8,
  ) as Partial<HeldRow>;
  const held = { status, agentId, offerId, weight, expiresAt, forced, keeperId };
  return { id, version, ...kinds[kind]!, step, enqueuedAt, key, coolDowns, ...held };
}

class Kinds {
  readonly list: Kind[] = [];
  readonly #indexes = new Map<string, number>();

  indexOf({ queueId, channel, steps }: OpenConversation): number {
    // A database may give an object's properties back in another order.
    const holding = steps.map(({ expiresAfterMs, requirements }) => [
      expiresAfterMs,
      requirements.map(({ skill, level }) => [skill, level]),
    ]);
    const name = JSON.stringify([queueId, channel, holding]);
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    this.#indexes.set(name, this.list.length);
    return this.list.push({ queueId, channel, steps }) - 1;
  }
}
