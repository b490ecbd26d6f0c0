import { randomUUID } from "node:crypto";
import type { Timer, VirtualClock } from "./clock.ts";
import type { Invocable } from "./lambda/function.ts";
import type { ScheduleDefinition } from "./template/blueprint.ts";

export interface ScheduleOptions {
  definition: ScheduleDefinition;
  clock: VirtualClock;
  /** by ARN */
  functions: Map<string, Invocable>;
  region: string;
  accountId: string;
}

/** An EventBridge rule with a rate: invokes its targets at each multiple of its interval. */
export class Schedule {
  readonly #options: ScheduleOptions;
  #timer: Timer | undefined;

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, definition } = this.#options;
    if (definition.enabled) this.#timer = clock.every(definition.intervalMs, () => this.#run(clock.now()));
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** A function that fails has written why to its log; the next run comes after the interval. */
  async #run(due: number): Promise<void> {
    const { definition, functions } = this.#options;
    await Promise.all(
      definition.targets.map(({ functionArn, input }) =>
        functions.get(functionArn)!.invoke(input === undefined ? this.#event(due) : JSON.parse(input)),
      ),
    );
  }

  /** EventBridge user guide, "Scheduled events". */
  #event(due: number): object {
    const { definition, region, accountId } = this.#options;
    return {
      version: "0",
      id: randomUUID(),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: accountId,
      time: `${new Date(due).toISOString().slice(0, 19)}Z`,
      region,
      resources: [definition.arn],
      detail: {},
    };
  }
}
