import { parseArgs } from "node:util";
import { campaign, describeCounters, describeFailures } from "./report.ts";
import { simulate } from "./run.ts";

const usage = `npm run sim -- [--seed N [--trace]] | [--histories N [--first-seed N]]
  --seed N          runs the one history of this seed; --trace prints every call of it
  --histories N     runs N histories (1,000 without it) from a fresh seed, or from --first-seed`;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    trace: { type: "boolean", default: false },
    histories: { type: "string", default: "1000" },
    "first-seed": { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(usage);
else if (values.seed === undefined) await runMany(whole(values.histories), firstSeed());
else await runOne(whole(values.seed));

async function runOne(seed: number): Promise<void> {
  const outcome = await simulate(seed, values.trace ? { trace: (line) => console.log(line) } : {});
  console.log(describeCounters(outcome.counters));
  conclude(outcome.violations.length === 0 ? [] : [outcome], 1);
}

async function runMany(histories: number, seed: number): Promise<void> {
  console.log(`seeds from ${seed} on`);
  const result = await campaign(seed, histories);
  console.log(describeCounters(result.counters));
  console.log(`${Math.round((result.histories / result.elapsedMs) * 1000)} histories a second`);
  conclude(result.failures, result.histories);
}

function conclude(failures: Parameters<typeof describeFailures>[0], histories: number): void {
  if (failures.length === 0) {
    console.log(`${histories} histories, no violation`);
    return;
  }
  console.error(describeFailures(failures));
  process.exitCode = 1;
}

function firstSeed(): number {
  return values["first-seed"] === undefined ? Math.floor(Math.random() * 2 ** 31) : whole(values["first-seed"]);
}

function whole(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`${text} is no whole number.\n${usage}`);
  process.exit(2);
}
