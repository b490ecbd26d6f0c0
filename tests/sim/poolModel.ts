import type { RoutingStep } from "../../shared/core/decision.ts";
import type { AgentProfile, CoolDown, PoolEntry, PoolOutcome, PresenceStatus } from "../../shared/core/pool/types.ts";

export interface ModelledConversation {
  conversationId: string;
  status: "waiting" | "offered" | "assigned" | "snoozed" | "released";
  queueId: string;
  steps: RoutingStep[];
  channel: string;
  enqueuedAt: number;
  version: number;
  agentId: string | null;
  /** units held of `agentId`, by an offer or an assignment */
  weight: number;
  forced: boolean;
}

export interface ModelledAgent {
  profile: AgentProfile;
  presence: PresenceStatus;
  availableSince: number;
}

/**
 * What a pool's log says, read a second time by a few plain lines that share nothing with the engine: the checkers
 * compare the engine's decisions with this.
 */
export class PoolModel {
  readonly conversations = new Map<string, ModelledConversation>();
  readonly agents = new Map<string, ModelledAgent>();
  /** conversation and agent → until when that agent isn't given it again, milliseconds since 1970 */
  readonly #coolDowns = new Map<string, number>();
  rampUpMs = 0;
  lastSequence = 0;

  /** @param beforeEach sees each outcome while the state is still the one before it */
  apply(entry: PoolEntry, beforeEach: (outcome: PoolOutcome) => void = () => {}): void {
    this.lastSequence = entry.sequence;
    for (const outcome of entry.outcomes) {
      beforeEach(outcome);
      this.#apply(outcome, Date.parse(entry.at));
    }
  }

  unitsUsed(agentId: string): number {
    let used = 0;
    for (const conversation of this.conversations.values()) {
      if (conversation.agentId === agentId) used += conversation.weight;
    }
    return used;
  }

  /** Units that this agent may be given at `now`, free or not: all, or as many as the ramp-up allows. */
  unitsOpen(agent: ModelledAgent, now: number): number {
    if (this.rampUpMs === 0) return agent.profile.units;
    return Math.min(agent.profile.units, 1 + Math.floor((now - agent.availableSince) / this.rampUpMs));
  }

  weightOf(agent: ModelledAgent, channel: string): number {
    return agent.profile.weightByChannel[channel] ?? 1;
  }

  /** Could the router give it to this agent now? */
  isAdmissible(agent: ModelledAgent, conversation: ModelledConversation, now: number): boolean {
    const { profile, presence } = agent;
    if ((this.#coolDowns.get(`${conversation.conversationId} ${profile.id}`) ?? 0) > now) return false;
    if (presence !== "available" || !profile.queueIds.includes(conversation.queueId)) return false;
    const weight = this.weightOf(agent, conversation.channel);
    if (this.unitsUsed(profile.id) + weight > this.unitsOpen(agent, now)) return false;
    return requirementsAt(conversation, now).every(({ skill, level }) => (profile.skills[skill] ?? 0) >= level);
  }

  #apply(outcome: PoolOutcome, at: number): void {
    switch (outcome.kind) {
      case "configured":
        this.#configure(outcome.roster.agents, at);
        this.rampUpMs = outcome.roster.rampUpMs;
        break;
      case "waiting":
        this.conversations.set(outcome.conversationId, {
          conversationId: outcome.conversationId,
          version: outcome.version,
          queueId: outcome.queueId,
          steps: outcome.steps,
          channel: outcome.channel,
          enqueuedAt: Date.parse(outcome.enqueuedAt),
          status: "waiting",
          agentId: null,
          weight: 0,
          forced: false,
        });
        this.#coolDown(outcome);
        break;
      case "relaxed":
        break;
      case "seen":
        this.#of(outcome).version = outcome.version;
        break;
      case "offered":
        Object.assign(this.#of(outcome), { ...held(outcome), status: "offered", forced: false });
        break;
      case "offerEnded":
        // An accepted offer turns into an assignment and holds its units meanwhile.
        if (outcome.as !== "accepted")
          Object.assign(this.#of(outcome), { status: "waiting", agentId: null, weight: 0 });
        this.#coolDown(outcome);
        break;
      case "assigned":
        Object.assign(this.#of(outcome), { ...held(outcome), status: "assigned", forced: outcome.forced });
        break;
      case "released":
        Object.assign(this.#of(outcome), { status: "released", agentId: null, weight: 0, version: outcome.version });
        break;
      case "snoozed":
        // Nobody's work, and shown as theirs who set it aside.
        Object.assign(this.#of(outcome), {
          agentId: outcome.agentId,
          status: "snoozed",
          weight: 0,
          version: outcome.version,
        });
        break;
      case "moved":
        this.#of(outcome).queueId = outcome.queueId;
        break;
      case "presence":
        this.#setPresence(outcome.agentId, outcome.status, at);
        break;
      case "refused":
        break;
    }
  }

  #of({ conversationId }: { conversationId: string }): ModelledConversation {
    const conversation = this.conversations.get(conversationId);
    if (conversation === undefined) throw new Error(`the log names ${conversationId}, which never entered the pool`);
    return conversation;
  }

  #coolDown({ conversationId, coolDown }: { conversationId: string; coolDown?: CoolDown }): void {
    if (coolDown) this.#coolDowns.set(`${conversationId} ${coolDown.agentId}`, coolDown.until);
  }

  #configure(profiles: AgentProfile[], at: number): void {
    const known = new Map(this.agents);
    this.agents.clear();
    for (const profile of profiles) {
      const agent = known.get(profile.id) ?? { presence: "offline" as const, availableSince: at };
      this.agents.set(profile.id, { ...agent, profile });
    }
  }

  #setPresence(agentId: string, presence: PresenceStatus, at: number): void {
    const agent = this.agents.get(agentId);
    if (agent === undefined) throw new Error(`the log names the agent ${agentId}, who is not on its roster`);
    if (presence === "available" && agent.presence !== "available") agent.availableSince = at;
    agent.presence = presence;
  }
}

const held = ({ agentId, weight }: { agentId: string; weight: number }) => ({ agentId, weight });

function requirementsAt({ steps, enqueuedAt }: ModelledConversation, now: number) {
  const waited = now - enqueuedAt;
  return (
    steps.find(({ expiresAfterMs }) => expiresAfterMs === undefined || waited < expiresAfterMs)?.requirements ?? []
  );
}
