import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectDirectory } from "../../infra/aws/bundle.ts";
import { prices } from "../../infra/local/gateway/prices.ts";
import { inboxes, referred, resourcesOf, synthesizeOverStubs, type Synthesized } from "./synthesized.ts";

/*
 * What the stacks cost in a month in which nothing happens, from what the templates hold; free tiers left out. Storage,
 * point-in-time recovery and logs come by what is kept.
 */

/** CloudWatch and Secrets Manager in us-east-1, dollars a month (list prices, 2026-11). */
const monthly = { alarm: 0.1, dashboard: 3, secret: 0.4 };

/** Secrets Manager, a call (list price, 2026-11). */
const secretRead = 5e-6;

const daysAMonth = 30;
const maxDollars = 10;

/** An event source's five pollers side by side, each waiting for 20 s (Lambda guide, "SQS: polling"). */
const pollsAMonth = (5 * daysAMonth * 24 * 3600) / 20;

/** A minute's sweep reads what is due and wakes one pool; assign reads its log. Both take 0.1 s of 512 and 1024 MB. */
const sweepDollars = (): number => {
  const perMinute =
    2 * prices.invocations +
    (0.1 * 0.5 + 0.1 * 1) * prices.gigabyteSeconds +
    4 * prices.fifoRequests +
    4 * prices.readUnits;
  return perMinute * daysAMonth * 24 * 60;
};

/** A run begins cold, reads its secret and a provider's list: 0.9 s, its memory as the template has it. */
function listsDollars(stateless: Synthesized["stateless"]): number {
  const [rule] = resourcesOf(stateless, "AWS::Events::Rule").filter(
    ({ Properties }) => Properties.ScheduleExpression !== "rate(1 minute)",
  );
  if (!rule) return 0;
  const minutes = Number(/^rate\((\d+) minutes\)$/.exec(rule.Properties.ScheduleExpression)![1]);
  const handler = resourcesOf(stateless, "AWS::Lambda::Function").find(
    ({ logicalId }) => logicalId === referred(rule.Properties.Targets[0].Arn),
  )!;
  const gigabytes = handler.Properties.MemorySize / 1024;
  const perRun = prices.invocations + 0.9 * gigabytes * prices.gigabyteSeconds + secretRead;
  return (perRun * daysAMonth * 24 * 60) / minutes;
}

function idleCost({ stateful, stateless }: Synthesized): Record<string, number> {
  const queues = resourcesOf(stateful, "AWS::SQS::Queue");
  const fifo = queues.filter(({ Properties }) => Properties.FifoQueue).length;
  return {
    pollers: pollsAMonth * (fifo * prices.fifoRequests + (queues.length - fifo) * prices.standardRequests),
    alarms: resourcesOf(stateless, "AWS::CloudWatch::Alarm").length * monthly.alarm,
    dashboard: resourcesOf(stateless, "AWS::CloudWatch::Dashboard").length * monthly.dashboard,
    secrets: resourcesOf(stateful, "AWS::SecretsManager::Secret").length * monthly.secret,
    sweep: sweepDollars(),
    lists: listsDollars(stateless),
  };
}

const sumOf = (items: Record<string, number>): number => Object.values(items).reduce((sum, item) => sum + item, 0);

describe("the idle stacks", () => {
  it.each(["all", "smsOnly"] as const)("cost at most ten dollars a month, inboxes: %s", (given) => {
    const items = idleCost(synthesizeOverStubs({}, inboxes[given]));
    const lines = Object.entries(items).map(([name, dollars]) => `  ${name}: $${dollars.toFixed(2)}`);
    console.log(`Idle, a month, inboxes: ${given}\n${lines.join("\n")}\n  sum: $${sumOf(items).toFixed(2)}`);
    expect(sumOf(items)).toBeLessThanOrEqual(maxDollars);
  });

  it("cost what docs/deploy.md says", () => {
    const text = readFileSync(join(projectDirectory, "docs/deploy.md"), "utf8");
    const textsAlone = sumOf(idleCost(synthesizeOverStubs({}, inboxes.smsOnly)));
    expect(text).toContain(`With inboxes for texts alone the sum is ${textsAlone.toFixed(2)}.`);
    const items = idleCost(synthesizeOverStubs());
    for (const [name, dollars] of Object.entries({ ...items, sum: sumOf(items) })) {
      expect(text, name).toMatch(new RegExp(`${name}[^|]*\\| +${dollars.toFixed(2)} +\\|`));
    }
  });
});
