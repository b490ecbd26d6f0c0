import { Counters } from "./host/counters.ts";
import { simulate, type Outcome } from "./run.ts";

export interface Campaign {
  histories: number;
  failures: Outcome[];
  counters: Counters;
  elapsedMs: number;
}

/** Three that violate something are enough to look at. */
const maxFailures = 3;

export interface CampaignOptions {
  /** whether what has to be seen was seen; the campaign goes on until then */
  isComplete?(counters: Counters): boolean;
  /** at most so many histories until it is complete; absent: no more than were asked for */
  most?: number;
}

/** Runs histories from `firstSeed` on. */
export async function campaign(
  firstSeed: number,
  histories: number,
  { isComplete = () => true, most = histories }: CampaignOptions = {},
): Promise<Campaign> {
  const counters = new Counters();
  const failures: Outcome[] = [];
  const startedAt = performance.now();
  let done = 0;
  const isOver = () => done >= most || (done >= histories && isComplete(counters));
  while (!isOver() && failures.length < maxFailures) {
    const outcome = await simulate(firstSeed + done);
    counters.add(outcome.counters);
    if (outcome.violations.length > 0) failures.push(outcome);
    done += 1;
  }
  return { histories: done, failures, counters, elapsedMs: performance.now() - startedAt };
}

/** What broke, and how to see it again. */
export function describeFailures(failures: Outcome[]): string {
  return failures
    .map(({ seed, violations }) => {
      const shown = violations.slice(0, 5).map((violation) => `  ${violation}`);
      return [`seed ${seed} (replay: npm run sim -- --seed ${seed})`, ...shown].join("\n");
    })
    .join("\n");
}

/** Everything that was counted, one line each. */
export function describeCounters(counters: Counters): string {
  return (["work", "fault", "crash", "reached"] as const)
    .flatMap((group) =>
      counters.of(group).map(([name, times]) => `${group.padEnd(8)}${String(times).padStart(9)}  ${name}`),
    )
    .join("\n");
}
