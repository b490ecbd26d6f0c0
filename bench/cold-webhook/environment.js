// A new execution environment of one function, as Lambda starts one: a process that loads the bundle and answers events one
// after the other. Plain JavaScript, since to strip types would count as the function's.
// Standard input: a JSON list of events. Standard output, its last line: what each took, from the process's start on.
import { readFileSync } from "node:fs";
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

/** Milliseconds since the process began, and its processor time so far, of all threads. */
function now() {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
}
