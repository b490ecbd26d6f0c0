/**
 * How long each provider's webhook waits for a function that has to start first, beside one that is warm. Run: node bench/cold-webhook.ts [--runs 20]
 *
 * A run is a process of its own, as Lambda's execution environment is: Node's start, the bundle, the secret's first read, the
 * write to the queue, then five more requests, all on the embedded cloud's engines. AWS's own part (the micro-VM, the way to
 * its services) is not in it.
 *
 * The column "at … MB" is computed: Lambda gives a function memory / 1,769 of a core, so the processor time that was
 * measured takes that much longer; waiting for the engines is added as it was, and waiting for a processor of this machine,
 * which others had, is left out.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Addresses } from "../infra/local/addresses.ts";
import { type Cloud, startCloud } from "../infra/local/cloud.ts";
import { environmentOf } from "../infra/local/start-functions.ts";
import { eventOf, signedRequests } from "./cold-webhook/requests.ts";

const { values } = parseArgs({ allowPositionals: true, options: { runs: { type: "string", default: "20" } } });
const runs = Number(values.runs);
const warmRequests = 5;
/** Lambda developer guide, "Configure Lambda function memory". */
const megabytesPerCore = 1_769;
/** What a webhook may take, cold. */
const budgetMs = 3_000;

interface Moment {
  wall: number;
  /** of all threads */
  cpu: number;
  /** of the thread that answers: its processor time, and its wait for a processor where others had them all */
  busy: number;
}

interface Report {
  loaded: Moment;
  answers: { statusCode: number; before: Moment; after: Moment }[];
}

function ran(cloud: Cloud, events: object[]): Promise<Report> {
  const definition = cloud.blueprint.functions.find(({ name }) => name.endsWith("-ingest"));
  if (!definition) throw new Error("The templates have no function ingest.");
  const gatewayUrl = cloud.engines.gateway.url;
  const addresses = new Addresses(cloud.blueprint, { baseUrl: cloud.baseUrl, gatewayUrl });
  const script = join(import.meta.dirname, "cold-webhook/environment.js");
  const given = [script, join(definition.codeDirectory, "index.cjs")];
  return new Promise((resolve, reject) => {
    const env = environmentOf(definition, addresses, gatewayUrl);
    const child = execFile(process.execPath, given, { env }, (error, output, errors) => {
      if (error) reject(new Error(`${error.message}\n${errors}`));
      else resolve(JSON.parse(output.trimEnd().split("\n").at(-1)!) as Report);
    });
    child.stdin!.end(JSON.stringify(events));
  });
}

const since = (before: Moment, after: Moment): Moment => ({
  wall: after.wall - before.wall,
  cpu: after.cpu - before.cpu,
  busy: after.busy - before.busy,
});

/** Where the function has a part of a core. */
const scaled = ({ wall, cpu, busy }: Moment, megabytes: number): number =>
  Math.max(0, wall - busy) + cpu * Math.max(1, megabytesPerCore / megabytes);

const quantile = (numbers: number[], part: number): number =>
  numbers.toSorted((one, other) => one - other)[Math.min(numbers.length - 1, Math.floor(numbers.length * part))]!;

const shown = (numbers: number[]): string =>
  `${quantile(numbers, 0.5).toFixed(0).padStart(5)} /${quantile(numbers, 0.95).toFixed(0).padStart(5)}`;

function line(name: string, moments: Moment[], megabytes: number): string {
  const columns = [
    moments.map(({ wall }) => wall),
    moments.map(({ cpu }) => cpu),
    moments.map((moment) => scaled(moment, megabytes)),
  ];
  return `${name.padEnd(16)}${columns.map(shown).join("     ")}`;
}

const cloud = await startCloud({
  configurationFile: join(import.meta.dirname, "../router.yaml"),
  directory: undefined,
  port: 0,
  smtpPort: 0,
  log: () => {},
  onFailure: (reason) => console.error(reason),
});
try {
  const { memoryMegabytes } = cloud.blueprint.functions.find(({ name }) => name.endsWith("-ingest"))!;
  const atMemory = `at ${memoryMegabytes} MB`;
  console.log(`median / 95th percentile of ${runs} runs, ms`);
  console.log(`${"".padEnd(16)}${["  as it was ", "  processor ", atMemory.padStart(12)].join("     ")}`);
  for (const [provider, signed] of Object.entries(signedRequests(cloud))) {
    const [cold, loading, warm]: [Moment[], Moment[], Moment[]] = [[], [], []];
    for (let run = 0; run < runs; run += 1) {
      const events = Array.from({ length: 1 + warmRequests }, () => eventOf(signed()));
      const { loaded, answers } = await ran(cloud, events);
      const refused = answers.find(({ statusCode }) => statusCode !== 200);
      if (refused) throw new Error(`${provider}: the webhook was answered with ${refused.statusCode}.`);
      loading.push(loaded);
      // From the process's start on.
      cold.push(answers[0]!.after);
      warm.push(...answers.slice(1).map(({ before, after }) => since(before, after)));
      // What was taken in is worked off before the next one begins, so that it takes no processor from it.
      await cloud.clock.settle();
    }
    const at = (moments: Moment[]): number[] => moments.map((moment) => scaled(moment, memoryMegabytes));
    const ratio = quantile(at(cold), 0.5) / quantile(at(warm), 0.5);
    const worst = quantile(at(cold), 0.95);
    console.log(line(`${provider}, cold`, cold, memoryMegabytes));
    console.log(line("  until loaded", loading, memoryMegabytes));
    console.log(line("  warm", warm, memoryMegabytes));
    console.log(
      `  cold / warm ${ratio.toFixed(0)}×, ${atMemory}; of ${budgetMs} ms: ${((100 * worst) / budgetMs).toFixed(0)}%`,
    );
    if (worst > budgetMs) process.exitCode = 1;
  }
} finally {
  await cloud.stop();
}
