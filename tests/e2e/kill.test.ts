import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { SeededRandom } from "../sim/host/random.ts";
import {
  apiOf,
  type Child,
  freePort,
  holdersOf,
  isPortFree,
  isRunning,
  processTree,
  type ReadyLine,
  startNode,
} from "./child.ts";
import { until } from "./harness.ts";
import { afterHandOvers } from "./kill/handovers.ts";
import { deliveredTexts, reckon, resolveAll, settle } from "./kill/reckoning.ts";
import { agents, Traffic } from "./kill/traffic.ts";
import { routerThatNeverCloses } from "./open-hours.ts";

/*
 * The router dies by SIGKILL at any moment, and nothing that it has acknowledged is lost or done twice (I1, I2, I6).
 */

const isFull = process.env["SWITCHYARD_FULL"] === "1";
const rounds = isFull ? 10 : 1;
const seed = Number(process.env["SWITCHYARD_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
/**
 * It dies the moment that so many of 200 texts or of as many replies have been accepted, or so many replies handed over to
 * the carrier: of that one it can't know.
 */
const killAt = {
  text: { least: 110, most: 195 },
  reply: { least: 5, most: 150 },
  "hand-over": { least: 5, most: 150 },
};
const moments = Object.keys(killAt) as (keyof typeof killAt)[];
const leastRepliesInFlight = isFull ? 100 : 1;
const mostParkedShare = 0.05;

const random = new SeededRandom(seed);
const firstMoment = random.below(moments.length);
const folder = mkdtempSync(join(tmpdir(), "switchyard-kill-"));
const dataDirectory = join(folder, "data");
const configurationFile = join(folder, "router.yaml");
const port = await freePort();
const children: Child[] = [];

afterAll(async () => {
  for (const { process: child } of children) child.kill("SIGKILL");
  await Promise.all(children.map(({ ended }) => ended));
  rmSync(folder, { recursive: true, force: true });
});

function start(): Child {
  const child = startNode(
    "--json",
    "--port",
    port,
    "--smtp-port",
    "0",
    "--data",
    dataDirectory,
    "--config",
    configurationFile,
  );
  children.push(child);
  return child;
}

interface Round {
  ready: ReadyLine;
  texts: number;
  replies: number;
  inFlight: number;
  delivered: number;
  parked: number;
}

/** Traffic until the kill, a new start, and what is there then. */
async function killOnce(round: number, child: Child): Promise<Round & { next: Child }> {
  const ready = await child.ready;
  const api = apiOf(ready);
  for (const agent of agents) await api(agent, "PUT", `/agents/${agent}/presence`, { status: "available" });
  const moment = moments[(firstMoment + round) % moments.length]!;
  const after = random.between(killAt[moment].least, killAt[moment].most);
  const tree = processTree(child.process.pid!);
  const kill = (): void => {
    traffic.end();
    child.process.kill("SIGKILL");
  };
  const traffic = new Traffic(round, ready, (kind, count) => {
    if (kind === moment && count === after) kill();
  });
  {
    using _ = moment === "hand-over" ? afterHandOvers(dataDirectory, ready.twilio.number, after, kill) : null;
    await traffic.run();
  }
  const killedAt = performance.now();
  expect(await child.ended).toEqual({ code: null, signal: "SIGKILL" });
  await until("an end of all processes", () => !tree.some(isRunning), 2_000);
  await until("a free port", () => isPortFree(ready.baseUrl), 2_000);
  expect(holdersOf(dataDirectory)).toEqual([]);
  expect(performance.now() - killedAt).toBeLessThan(2_000);

  const onPhones = deliveredTexts(dataDirectory);
  const inFlight = [...traffic.replies.keys()].filter((text) => !onPhones.has(text)).length;
  const texts = traffic.texts.filter(({ accepted }) => accepted).length;
  const replies = [...traffic.replies.values()].filter(({ accepted }) => accepted).length;
  const next = start();
  expect(await next.ready).toEqual(ready);
  await settle(ready);
  const { wrongTexts, wrongReplies, doubled, delivered, parked } = await reckon(ready, traffic);
  console.log(
    `round ${round}: killed at a ${moment}, after ${texts} texts and ${replies} replies had been accepted, ` +
      `with ${inFlight} replies in flight; then ${delivered} delivered, ${parked} parked`,
  );
  expect({ wrongTexts, wrongReplies, doubled }).toEqual({ wrongTexts: [], wrongReplies: [], doubled: [] });
  await repeatRest(ready, traffic);
  return { ready, texts, replies, inFlight, delivered, parked, next };
}

/** What got no answer is asked again, and then it is there once as well, whatever had become of it. */
async function repeatRest(ready: ReadyLine, traffic: Traffic): Promise<void> {
  await traffic.repeatUnacknowledged();
  await settle(ready);
  const { wrongTexts, wrongReplies, doubled } = await reckon(ready, traffic);
  expect({ wrongTexts, wrongReplies, doubled }).toEqual({ wrongTexts: [], wrongReplies: [], doubled: [] });
  expect(traffic.texts.filter(({ sent, accepted }) => sent && !accepted)).toEqual([]);
  await resolveAll(ready, traffic);
}

test(
  `${rounds} times SIGKILL among texts and replies, seed ${seed}: what was acknowledged is there, once`,
  { timeout: rounds * 120_000 },
  async () => {
    const shipped = readFileSync(routerThatNeverCloses(), "utf8");
    // Agents who can hold all of a round's conversations: it is the replies that are to be under way.
    writeFileSync(configurationFile, shipped.replaceAll("units: 4", "units: 1000"));
    const done: Round[] = [];
    let child = start();
    for (let round = 1; round <= rounds; round += 1) {
      const { next, ...figures } = await killOnce(round, child);
      done.push(figures);
      child = next;
    }
    const sum = (figure: "texts" | "replies" | "inFlight" | "delivered" | "parked"): number =>
      done.reduce((total, each) => total + each[figure], 0);
    console.log(
      `${rounds} kills, seed ${seed}: ${sum("texts")} texts and ${sum("replies")} replies accepted, ` +
        `${sum("inFlight")} replies in flight when it died; ${sum("delivered")} delivered, ${sum("parked")} parked`,
    );
    expect(sum("inFlight")).toBeGreaterThanOrEqual(leastRepliesInFlight);
    expect(sum("parked")).toBeLessThanOrEqual(mostParkedShare * sum("replies"));
  },
);
