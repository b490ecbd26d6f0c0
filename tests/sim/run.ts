import { reconcileMinutes } from "../../infra/aws/settings.ts";
import {
  agentsChangePresence,
  agentsWork,
  goOffline,
  setPresence,
  supervisorsForce,
  supervisorsReopen,
} from "./actors/agents.ts";
import { customersChat, customersUseChat } from "./actors/chatters.ts";
import { customersChooseConsent, customersText } from "./actors/customers.ts";
import { reply } from "./actors/replies.ts";
import {
  adminsUndo,
  agentsChangeAttributes,
  operatorsImport,
  supervisorsBlock,
  supervisorsMerge,
} from "./actors/joiners.ts";
import { customersComeBack, customersMail, robotsMail } from "./actors/mailers.ts";
import { operatorsRedrive, operatorsWakeReceiver, timersFire } from "./actors/operators.ts";
import {
  customersBlock,
  customersChangeNumber,
  customersHeed,
  customersStopSocially,
  customersWriteSocially,
  phonesAreOff,
} from "./actors/social.ts";
import { agentIdsOf } from "./configuration.ts";
import type { Counters } from "./host/counters.ts";
import type { SeededRandom } from "./host/random.ts";
import type { Checker } from "./history.ts";
import { asSaid } from "./invariants/asSaid.ts";
import { capacity } from "./invariants/capacity.ts";
import { chatInOrder, chatOnce } from "./invariants/chats.ts";
import { consent } from "./invariants/consent.ts";
import { eventsDelivered, eventsInOrder } from "./invariants/events.ts";
import { evidence } from "./invariants/evidence.ts";
import { explained } from "./invariants/explained.ts";
import { files } from "./invariants/files.ts";
import { holders } from "./invariants/holders.ts";
import { noIdleHands } from "./invariants/noIdleHands.ts";
import { nothingLost } from "./invariants/nothingLost.ts";
import { oneGate } from "./invariants/oneGate.ts";
import { oneBlindSend } from "./invariants/oneBlindSend.ts";
import { onceIn } from "./invariants/onceIn.ts";
import { order } from "./invariants/order.ts";
import { quietHours } from "./invariants/quietHours.ts";
import { reports } from "./invariants/reports.ts";
import { unsent } from "./invariants/unsent.ts";
import { World } from "./world.ts";

export interface Outcome {
  seed: number;
  /** each begins with the name of its invariant */
  violations: string[];
  counters: Counters;
}

export interface SimulationOptions {
  /** gets every call, log line and ending, with its virtual time */
  trace?: (line: string) => void;
}

const minuteMs = 60_000;
const secondMs = 1_000;
/** Of a night nothing comes but what is due, and that can wait. */
const nightlyEveryMinutes = 47;
const whileEasingMinutes = 20;
/** Longer than any visibility time-out, look-up and series of receives that can still be under way. */
const inCalmMinutes = 90;

/** Parts of a service centre's day. */
const areas = ["texts", "mail", "chat", "social", "people", "desk"] as const;

interface Happening {
  /** how often in relation to the rest */
  weight: number;
  area: (typeof areas)[number];
  happen(world: World): void;
}

const happening = (weight: number, area: Happening["area"], happen: Happening["happen"]): Happening => ({
  weight,
  area,
  happen,
});

const happenings: Happening[] = [
  happening(18, "texts", customersText),
  happening(6, "texts", customersChooseConsent),
  happening(12, "mail", customersMail),
  happening(8, "mail", customersComeBack),
  happening(2, "mail", robotsMail),
  happening(15, "chat", customersChat),
  happening(10, "chat", customersUseChat),
  happening(22, "social", customersWriteSocially),
  happening(4, "social", customersStopSocially),
  happening(3, "social", customersChangeNumber),
  happening(4, "social", customersBlock),
  happening(6, "social", phonesAreOff),
  happening(10, "social", customersHeed),
  happening(36, "desk", agentsWork),
  happening(13, "desk", agentsChangePresence),
  happening(4, "people", supervisorsMerge),
  happening(3, "people", adminsUndo),
  happening(3, "people", operatorsImport),
  happening(3, "people", agentsChangeAttributes),
  happening(4, "people", supervisorsBlock),
  happening(2, "desk", supervisorsForce),
  happening(6, "desk", supervisorsReopen),
  happening(4, "desk", (world) => operatorsRedrive(world, true)),
  happening(1, "desk", timersFire),
];

/** In many histories much of one area happens: what takes several steps there is come to in few others. */
function dayOf(random: SeededRandom): Happening[] {
  const favoured = random.chance(0.6) ? random.pick(areas) : undefined;
  return happenings.map((each) => (each.area === favoured ? { ...each, weight: each.weight * 4 } : each));
}

function drawFrom(day: Happening[], random: SeededRandom): Happening {
  let drawn = random.below(day.reduce((sum, { weight }) => sum + weight, 0));
  return day.find(({ weight }) => (drawn -= weight) < 0)!;
}

/**
 * Runs one history: a random stretch of a service centre's day in bad weather, then calm until everything has settled.
 * The same seed gives the same history, call by call.
 */
export async function simulate(seed: number, options: SimulationOptions = {}): Promise<Outcome> {
  const checkers = checkersOfAll();
  const world = new World(seed, checkers, options.trace);
  const sweeping = sweepEveryMinute(world);
  await badWeather(world);
  world.faults.ease();
  await settle(world, whileEasingMinutes);
  await tidyUp(world);
  await settle(world, whileEasingMinutes);
  world.faults.end();
  await world.host.passUntil(world.receiverDownUntil);
  await tidyUp(world);
  if (!(await settle(world, inCalmMinutes))) {
    const { pendingJobs } = world.host;
    world.history.violate("I1", `${pendingJobs} jobs and ${world.actorsAtWork} actors never come to rest`);
  }
  sweeping.stop();
  // Offers that lapse keep timers firing: what is checked is a moment in which nothing is half done.
  for (let nth = 0; world.host.isBusy && nth < 60; nth += 1) {
    await world.host.passUntil(world.timeline.now() + secondMs);
  }
  for (const checker of checkers) await checker.atEnd(world.history);
  world.close();
  return { seed, violations: world.history.violations, counters: world.counters };
}

const checkersOfAll = (): Checker[] => [
  nothingLost,
  asSaid,
  eventsDelivered(),
  onceIn(),
  chatOnce,
  files(),
  order(),
  reports(),
  unsent(),
  chatInOrder,
  eventsInOrder(),
  capacity,
  noIdleHands,
  oneBlindSend,
  oneGate(),
  quietHours(),
  consent(),
  evidence,
  holders(),
  explained,
];

function sweepEveryMinute(world: World): { stop(): void } {
  let stopped = false;
  let minutes = 0;
  const next = (): void => {
    if (stopped) return;
    minutes += 1;
    const isDue = !world.isNight || minutes % nightlyEveryMinutes === 0;
    if (isDue) world.host.sweep();
    if (isDue && (world.isNight || minutes % reconcileMinutes === 0)) world.host.reconcile();
    world.timeline.after(minuteMs, next);
  };
  world.timeline.after(minuteMs, next);
  return {
    stop: () => {
      stopped = true;
    },
  };
}

async function badWeather(world: World): Promise<void> {
  const { random, timeline, counters } = world;
  for (const agentId of agentIdsOf(world.config)) {
    if (random.chance(0.7)) world.act(() => setPresence(world, agentId, "available"));
  }
  const events = random.between(30, 50);
  // Some histories are dense, so that much overlaps; some are spread out, so that time-outs and look-ups fall between.
  const longestGapMs = random.pick([2, 8, 8, 30]) * secondMs;
  const nightfall = random.chance(world.hasWindows ? 0.3 : 0.05) ? random.between(10, events) : undefined;
  const day = dayOf(random.fork("day"));
  for (let nth = 0; nth < events; nth += 1) {
    if (nth === nightfall) await night(world);
    drawFrom(day, random).happen(world);
    counters.count("work", "events");
    await world.host.passUntil(timeline.now() + random.below(longestGapMs));
  }
  // What died comes back after minutes, and is to find the same weather.
  for (let late = random.below(3); late > 0; late -= 1) {
    await world.host.passUntil(timeline.now() + random.below(3 * minuteMs));
    operatorsRedrive(world, true);
    customersComeBack(world);
  }
}

/** Everybody goes home, and comes back when many a window has closed. */
async function night(world: World): Promise<void> {
  const { random, timeline, host } = world;
  for (const agentId of agentIdsOf(world.config)) world.act(() => goOffline(world, agentId));
  await host.passUntil(timeline.now() + 2 * minuteMs);
  world.isNight = true;
  world.faults.lull(true);
  await host.passUntil(timeline.now() + random.pick([24.1, 25, 40, 25, 24 * 7.5]) * 60 * minuteMs);
  world.isNight = false;
  world.faults.lull(false);
  world.counters.count("work", "nights");
  for (const agentId of agentIdsOf(world.config)) world.act(() => setPresence(world, agentId, "available"));
  await host.passUntil(timeline.now() + minuteMs);
  for (const agentId of agentIdsOf(world.config)) world.act(() => reply(world, agentId));
}

/** @returns whether it has come to rest */
async function settle(world: World, withinMinutes: number): Promise<boolean> {
  const { host, timeline } = world;
  const end = timeline.now() + withinMinutes * minuteMs;
  // Idle for longer than the longest wait that leaves no trace on a queue: a status that is late, a reply's check.
  for (let idleMinutes = 0; idleMinutes < 4; idleMinutes += 1) {
    await host.passUntil(timeline.now() + minuteMs - secondMs);
    if (host.pendingJobs > 0 || world.actorsAtWork > 0) idleMinutes = -1;
    if (timeline.now() > end) return false;
  }
  return true;
}

/** An operator sends on what is parked, and every agent says once more whether they are there. */
async function tidyUp(world: World): Promise<void> {
  operatorsRedrive(world, false);
  operatorsWakeReceiver(world);
  world.host.reconcile();
  for (const browser of world.browsers) browser.open();
  for (const agentId of agentIdsOf(world.config)) {
    const status = world.random.chance(0.6) ? "available" : "offline";
    world.act(() => setPresence(world, agentId, status));
  }
  await world.host.passUntil(world.timeline.now() + minuteMs);
}
