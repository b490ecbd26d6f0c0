import type { Counters } from "./counters.ts";
import type { SeededRandom } from "./random.ts";
import { seldomReached } from "./seldomReached.ts";

/** What may go wrong with one call of a port, beside the call being slow. */
export type CallFault = "none" | "throttle" | "time-out after commit" | "retry sees its own write";

/** What becomes of an invocation at one of its calls. */
export type Crash = "none" | "before" | "after";

/** Most histories are moderately bad: in one where everything fails, nothing gets far enough to go wrong in a new way. */
function weatherOf(random: SeededRandom) {
  const severity = random.pick([0.25, 0.5, 1, 1, 1, 2]);
  const isProviderDown = random.chance(0.15);
  return {
    callFault: 0.02 * severity,
    slowCall: 0.005 * severity,
    crash: 0.004 * severity,
    /** a point that is hot in this history crashes with `crashAtHotPoint`, so that rare points are crashed at too */
    hotPoint: 0.06,
    crashAtHotPoint: 0.5,
    /** 1: the points in `seldomReached` crash as it says */
    seldomPoints: 1,
    deleteLost: 0.05 * severity,
    queueTakesPart: 0.6 * severity,
    /** one entry of such a batch, at one try */
    queueLeavesEntry: 0.5,
    textLost: 0.05 * severity,
    webhookDuplicated: 0.15 * severity,
    statusDuplicated: 0.15 * severity,
    statusLost: 0.1 * severity,
    statusDelayed: 0.3 * severity,
    providerRefuses: 0.04 * severity,
    providerAnswerLost: 0.08 * severity,
    providerRequestLost: 0.04 * severity,
    providerThrottles: 0.07 * severity,
    providerSlow: 0.25 * severity,
    providerFails: isProviderDown ? 0.7 : 0.04 * severity,
    mediaGone: 0.06 * severity,
    mediaFails: isProviderDown ? 0.7 : 0.1 * severity,
    mediaSlow: 0.05 * severity,
    mailDuplicated: 0.15 * severity,
    mailThrottled: isProviderDown ? 0.6 : 0.05 * severity,
    mailRequestLost: 0.04 * severity,
    mailAnswerLost: 0.1 * severity,
    mailEventLost: 0.1 * severity,
    mailEventLate: 0.3 * severity,
    mailEventDuplicated: 0.15 * severity,
    chatDropped: 0.09 * severity,
    disconnectLost: 0.2 * severity,
    receiverFails: isProviderDown ? 0.7 : 0.06 * severity,
    receiverSilent: 0.05 * severity,
    receiverAnswerLost: 0.08 * severity,
  };
}

/** How unfriendly one history is: probabilities, each for one occasion. */
export type Weather = ReturnType<typeof weatherOf>;

const calmed = (weather: Weather): Weather =>
  Object.fromEntries(Object.keys(weather).map((kind) => [kind, 0])) as Weather;

/** Decides what goes wrong, from the seed, and counts it. After `end` nothing goes wrong any more. */
export class Faults {
  #weather: Weather;
  #before: Weather | undefined;
  readonly #random: SeededRandom;
  readonly #hotPoints = new Map<string, boolean>();
  readonly #hotPointRandom: SeededRandom;
  readonly #counters: Counters;

  constructor(random: SeededRandom, counters: Counters) {
    this.#random = random;
    this.#hotPointRandom = random.fork("hot points");
    this.#counters = counters;
    this.#weather = weatherOf(random.fork("weather"));
  }

  /** From now on only points that are seldom reached crash: what lies behind a recovery is come to late. */
  ease(): void {
    this.#weather = { ...calmed(this.#weather), seldomPoints: 1 };
  }

  /** For a while nothing goes wrong; then the weather is what it was. */
  lull(isCalm: boolean): void {
    this.#before ??= this.#weather;
    this.#weather = isCalm ? calmed(this.#before) : this.#before;
  }

  end(): void {
    this.#weather = calmed(this.#weather);
  }

  /** @param kind a probability's name in `Weather`; counted under it when it happens */
  happens(kind: keyof Weather): boolean {
    if (this.#weather[kind] === 0 || !this.#random.chance(this.#weather[kind])) return false;
    this.#counters.count("fault", kind);
    return true;
  }

  /** @param point e.g. `route: messages.create` */
  crashAt(point: string): Crash {
    const probability = this.#crashProbability(point);
    if (probability === 0) return "none";
    this.#counters.count("visit", point);
    if (!this.#random.chance(probability)) return "none";
    const side = this.#random.chance(0.5) ? "before" : "after";
    this.#counters.count("crash", `${side} ${point}`);
    return side;
  }

  /** @param possible the faults that this call can meet */
  callFault(possible: readonly CallFault[]): CallFault {
    if (this.#weather.callFault === 0 || !this.#random.chance(this.#weather.callFault)) return "none";
    const fault = this.#random.pick(possible);
    this.#counters.count("fault", fault);
    return fault;
  }

  /** How long a call is under way, in milliseconds; two that overlap end in either order. */
  latency(): number {
    if (this.#weather.slowCall > 0 && this.#random.chance(this.#weather.slowCall)) {
      this.#counters.count("fault", "slowCall");
      return this.#random.between(500, 12_000);
    }
    return this.#random.between(1, 12);
  }

  #crashProbability(point: string): number {
    if (this.#isHot(point)) return this.#weather.crashAtHotPoint;
    const seldom = this.#weather.seldomPoints === 1 ? seldomReached.get(point) : undefined;
    return seldom ?? this.#weather.crash;
  }

  #isHot(point: string): boolean {
    const known = this.#hotPoints.get(point);
    if (known !== undefined) return known;
    const hot = this.#weather.hotPoint > 0 && this.#hotPointRandom.fork(point).chance(this.#weather.hotPoint);
    this.#hotPoints.set(point, hot);
    return hot;
  }
}
