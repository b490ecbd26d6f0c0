// A new execution environment of one function, as Lambda starts one: a process that loads the bundle and answers events one
// after the other. Plain JavaScript, since to strip types would count as the function's.
// Standard input: a JSON list of events. Standard output, its last line: what each took, from the process's start on.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

const events = JSON.parse(readFileSync(0, "utf8"));
const { handler } = createRequire(import.meta.url)(process.argv[2]);
const loaded = now();
const answers = [];
for (const event of events) {
  const before = now();
  const { statusCode } = await handler(event, { awsRequestId: "bench", getRemainingTimeInMillis: () => 10_000 });
  const after = now();
  answers.push({ statusCode, before, after });
}
process.stdout.write(`\n${JSON.stringify({ loaded, answers })}\n`, () => process.exit(0));

/** Milliseconds since the process began; of these, what this thread had to do, and the processor time of all threads. */
function now() {
  const { user, system } = process.cpuUsage();
  const cpu = (user + system) / 1000;
  return { wall: performance.now(), cpu, busy: busy() ?? cpu };
}

/** On a processor, or in line for one that others have. Linux alone tells it (kernel documentation, "Scheduler statistics"). */
function busy() {
  if (!existsSync("/proc/self/schedstat")) return undefined;
  const [running, inLine] = readFileSync("/proc/self/schedstat", "utf8").split(" ");
  return (Number(running) + Number(inLine)) / 1e6;
}
