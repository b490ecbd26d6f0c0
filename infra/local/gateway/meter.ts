import type { VirtualClock } from "../clock.ts";
import { type BillingUnit, type BillingUnits, prices, pricesAsOf } from "./prices.ts";

export interface MeteredCall {
  /** the function's name, or what the host gives its own parts, e.g. `poller` */
  caller: string;
  service: string;
  operation: string;
  units: BillingUnits;
}

export interface MeterLine extends MeteredCall {
  calls: number;
  dollars: number;
}

export interface MeterReport {
  /** ISO 8601 */
  since: string;
  /** the month of the list prices */
  pricesAsOf: string;
  lines: MeterLine[];
  dollars: number;
}

/** Counts calls in billing units, per caller, service and operation. */
export class Meter {
  readonly #clock: VirtualClock;
  readonly #lines = new Map<string, MeterLine>();
  #since: number;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.#since = clock.now();
  }

  record({ caller, service, operation, units }: MeteredCall): void {
    const key = JSON.stringify([caller, service, operation]);
    let line = this.#lines.get(key);
    if (!line) {
      line = { caller, service, operation, calls: 0, units: {}, dollars: 0 };
      this.#lines.set(key, line);
    }
    line.calls += 1;
    for (const [unit, count] of Object.entries(units) as [BillingUnit, number][]) {
      line.units[unit] = (line.units[unit] ?? 0) + count;
      line.dollars += count * prices[unit];
    }
  }

  report(): MeterReport {
    const lines = [...this.#lines.values()].map((line) => ({ ...line, units: { ...line.units } }));
    return {
      since: new Date(this.#since).toISOString(),
      pricesAsOf,
      lines,
      dollars: lines.reduce((sum, line) => sum + line.dollars, 0),
    };
  }

  reset(): void {
    this.#lines.clear();
    this.#since = this.#clock.now();
  }
}
