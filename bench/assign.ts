/**
 * How fast the pool assigns, by agents and waiting conversations, beside a scan of sorted arrays in the same run.
 * Budget: at 10,000 agents × 100 skills × 100,000 waiting 100,000 assignments a second, p99 50 µs, flat as either grows.
 * Run: node bench/assign.ts
 *
 * An assignment is measured whole: decided, so that it could be taken back, and applied from its entry; with the end of
 * one conversation and the coming of another, which make room and keep the backlog. The peer changes its arrays in
 * place, writes no log and can't take anything back.
 */
import type { SkillRequirement } from "../shared/core/decision.ts";
import { applyEntry } from "../shared/core/pool/apply.ts";
import { decidePool } from "../shared/core/pool/decide.ts";
import { restorePool, snapshotPool } from "../shared/core/pool/snapshot.ts";
import { createPoolState } from "../shared/core/pool/state.ts";
import type { AgentProfile, EnqueueEvent, PoolEvent, Roster } from "../shared/core/pool/types.ts";

const skillCount = 100;
const skillsPerAgent = 10;
const requirementSets = 500;
const units = 4;
const budget = { perSecond: 100_000, p99Us: 50 };
const start = Date.UTC(2026, 10, 2, 9);
const maxWaitMs = { urgent: 60_000, high: 300_000, normal: 900_000, low: 3_600_000 };

/** Small, fast and the same on every run (xorshift). */
function seededChance(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

interface World {
  below: (limit: number) => number;
  roster: Roster;
  requirements: SkillRequirement[][];
}

function worldOf(agentCount: number): World {
  const below = seededChance(20_261_102);
  const skill = () => `skill-${below(skillCount)}`;
  const agents = Array.from({ length: agentCount }, (_, index): AgentProfile => {
    const skills = Object.fromEntries(Array.from({ length: skillsPerAgent }, () => [skill(), 1 + below(5)]));
    const id = `agent-${index}`;
    return { id, name: id, skills, units, weightByChannel: {}, queueIds: ["general"] };
  });
  const queues = [{ id: "general", acceptance: "automatic" as const, offerExpiresAfterMs: 30_000 }];
  const requirements = Array.from({ length: requirementSets }, () =>
    Array.from({ length: 1 + below(2) }, () => ({ skill: skill(), level: 1 + below(3) })),
  );
  return { below, roster: { configurationVersion: "1", agents, queues, rampUpMs: 0 }, requirements };
}

let serial = 0;
let now = start;

function enqueueOf({ below, requirements }: World, at: number): EnqueueEvent {
  serial += 1;
  return {
    kind: "enqueue",
    conversationId: `cnv_${String(serial).padStart(26, "0")}`,
    version: 1,
    queueId: "general",
    steps: [{ requirements: requirements[below(requirements.length)]! }],
    priority: (["urgent", "high", "normal", "low"] as const)[below(4)]!,
    channel: "sms",
    receivedAt: new Date(at).toISOString(),
  };
}

/** What is measured: a pool that takes events and says which conversations somebody got. */
interface Subject {
  do(events: PoolEvent[], at: number): string[];
}

function ourPool(roster: Roster): Subject & { state: ReturnType<typeof createPoolState> } {
  const state = createPoolState("bench");
  const subject = {
    state,
    do(events: PoolEvent[], at: number) {
      const entry = decidePool(state, events, { now: at, maxWaitMs, entryId: `ent_${state.sequence}` });
      applyEntry(state, entry);
      return entry.outcomes.flatMap((outcome) => (outcome.kind === "assigned" ? [outcome.conversationId] : []));
    },
  };
  subject.do([{ kind: "configure", roster }], start);
  return subject;
}

interface ScannedConversation {
  id: string;
  key: number;
  requirements: SkillRequirement[];
}

interface ScannedAgent {
  profile: AgentProfile;
  isThere: boolean;
  used: number;
}

/** The plain way: waiting sorted by when each should be taken, agents sorted by how long they are idle, both scanned. */
class ScanningPool implements Subject {
  readonly #waiting: ScannedConversation[] = [];
  readonly #agents: ScannedAgent[];
  readonly #byId: Map<string, ScannedAgent>;
  readonly #holders = new Map<string, ScannedAgent>();

  constructor(roster: Roster) {
    this.#agents = roster.agents.map((profile) => ({ profile, isThere: false, used: 0 }));
    this.#byId = new Map(this.#agents.map((agent) => [agent.profile.id, agent]));
  }

  do(events: PoolEvent[]): string[] {
    return events.flatMap((event) => {
      if (event.kind === "enqueue") return this.#enqueue(event);
      if (event.kind === "resolve") return this.#release(event.conversationId);
      if (event.kind !== "presence") return [];
      const agent = this.#byId.get(event.agentId)!;
      agent.isThere = true;
      return this.#serve(agent);
    });
  }

  #enqueue({ conversationId, receivedAt, priority, steps }: EnqueueEvent): string[] {
    const key = Date.parse(receivedAt) + maxWaitMs[priority];
    const conversation = { id: conversationId, key, requirements: steps[0]!.requirements };
    const agent = this.#agents.find((each) => fits(each, conversation));
    if (agent) return [this.#give(agent, conversation)];
    let low = 0;
    for (let high = this.#waiting.length; low < high;) {
      const middle = (low + high) >> 1;
      if (this.#waiting[middle]!.key <= key) low = middle + 1;
      else high = middle;
    }
    this.#waiting.splice(low, 0, conversation);
    return [];
  }

  #release(conversationId: string): string[] {
    const agent = this.#holders.get(conversationId)!;
    this.#holders.delete(conversationId);
    agent.used -= 1;
    return this.#serve(agent);
  }

  #serve(agent: ScannedAgent): string[] {
    const given: string[] = [];
    for (let index = 0; index < this.#waiting.length && agent.used < agent.profile.units; index += 1) {
      if (!fits(agent, this.#waiting[index]!)) continue;
      given.push(this.#give(agent, this.#waiting.splice(index, 1)[0]!));
      index -= 1;
    }
    return given;
  }

  #give(agent: ScannedAgent, { id }: ScannedConversation): string {
    agent.used += 1;
    this.#holders.set(id, agent);
    this.#agents.splice(this.#agents.indexOf(agent), 1);
    this.#agents.push(agent);
    return id;
  }
}

const fits = ({ profile, isThere, used }: ScannedAgent, { requirements }: ScannedConversation): boolean =>
  isThere && used < profile.units && requirements.every(({ skill, level }) => (profile.skills[skill] ?? 0) >= level);

interface Figures {
  perSecond: number;
  p50Us: number;
  p99Us: number;
}

/** @returns what is held: with a backlog every unit, without one a quarter of them */
function fill(subject: Subject, world: World, waiting: number): string[] {
  const capacity = world.roster.agents.length * units;
  const comers = world.roster.agents.map(({ id }): PoolEvent => ({
    kind: "presence",
    agentId: id,
    status: "available",
  }));
  const count = waiting === 0 ? capacity / 4 : capacity + waiting;
  const conversations = Array.from({ length: count }, () => enqueueOf(world, (now += 1)));
  return subject.do(waiting === 0 ? [...comers, ...conversations] : [...conversations, ...comers], now);
}

/** Lets one conversation end and one come, again and again: each pair is one assignment, since as many wait as before. */
function measure(subject: Subject, world: World, waiting: number, assignments: number, batch: number): Figures {
  const held = fill(subject, world, waiting);
  const takeHeld = (): PoolEvent => {
    const index = world.below(held.length);
    const conversationId = held[index]!;
    held[index] = held.at(-1)!;
    held.pop();
    return { kind: "resolve", conversationId, version: 1, by: "bench" };
  };
  const timesUs: number[] = [];
  let done = 0;
  let spentMs = 0;
  while (done < assignments) {
    const pairs = Array.from({ length: batch / 2 }, () => [takeHeld(), enqueueOf(world, (now += 1))]);
    const began = performance.now();
    const given = subject.do(pairs.flat(), now);
    const tookMs = performance.now() - began;
    held.push(...given);
    done += given.length;
    spentMs += tookMs;
    if (given.length > 0) timesUs.push((tookMs * 1_000) / given.length);
  }
  timesUs.sort((one, other) => one - other);
  const at = (share: number) => timesUs[Math.floor(timesUs.length * share)]!;
  return { perSecond: (done / spentMs) * 1_000, p50Us: at(0.5), p99Us: at(0.99) };
}

const whole = (value: number): string => Math.round(value).toLocaleString("en");

function show(name: string, agents: number, waiting: number, { perSecond, p50Us, p99Us }: Figures): void {
  const scale = `${whole(agents)} agents, ${whole(waiting)} waiting`;
  const times = `p50 ${p50Us.toFixed(1).padStart(6)} µs   p99 ${p99Us.toFixed(1).padStart(7)} µs`;
  console.log(`${name.padEnd(28)} ${scale.padEnd(32)} ${whole(perSecond).padStart(9)}/s   ${times}`);
}

const sizes: [agents: number, waiting: number][] = [
  [1_000, 10_000],
  [10_000, 10_000],
  [1_000, 100_000],
  [10_000, 100_000],
  [1_000, 0],
  [10_000, 0],
];

console.log(
  `${skillCount} skills, ${skillsPerAgent} an agent, ${requirementSets} sets of requirements, ${units} units\n`,
);
measure(ourPool(worldOf(1_000).roster), worldOf(1_000), 1_000, 50_000, 10);
measure(new ScanningPool(worldOf(1_000).roster), worldOf(1_000), 1_000, 2_000, 10);

for (const [agents, waiting] of sizes) {
  const world = worldOf(agents);
  const ours = measure(ourPool(world.roster), world, waiting, 100_000, 10);
  const alone = measure(ourPool(world.roster), world, waiting, 50_000, 2);
  const scan = measure(new ScanningPool(world.roster), world, waiting, 500, 10);
  show("in batches of 10 events", agents, waiting, ours);
  show("in batches of 2", agents, waiting, alone);
  show("  the scan, batches of 10", agents, waiting, scan);
  console.log(`  ours does ${(ours.perSecond / scan.perSecond).toFixed(1)} times as many\n`);
}

const large = ourPool(worldOf(10_000).roster);
fill(large, worldOf(10_000), 100_000);
const beganWriting = performance.now();
const text = snapshotPool(large.state);
const beganReading = performance.now();
restorePool(text);
const [wroteMs, readMs] = [beganReading - beganWriting, performance.now() - beganReading];
console.log(
  `a snapshot of it: ${(text.length / 1e6).toFixed(1)} MB, written in ${whole(wroteMs)} ms, restored in ${whole(readMs)} ms`,
);
console.log(`budget at 10,000 agents and 100,000 waiting: ${whole(budget.perSecond)}/s, p99 ${budget.p99Us} µs`);
