import { describe, expect, it } from "vitest";
import { kindOf, sorted } from "../../../functions/drain/kind.ts";
import { queueNames, queueSettings } from "../../../infra/aws/settings.ts";

describe("a dead letter", () => {
  it("is of a kind of its own for each queue, whatever the deployment is called", () => {
    const kinds = queueNames.map((name) => {
      const suffix = queueSettings[name].fifo ? ".fifo" : "";
      return kindOf(`arn:aws:sqs:eu-central-1:123456789012:staging-mail-${name}${suffix}`);
    });
    expect(new Set(kinds).size).toBe(queueNames.length);
    expect(kindOf("arn:aws:sqs:eu-central-1:123456789012:switchyard-timers")).toBe("timer");
  });

  it.each([
    undefined,
    "",
    "arn:aws:sqs:eu-central-1:123456789012:somebody-elses",
    "arn:aws:sqs:r:1:x-inbound.fifo.fifo",
  ])("of %s is none of ours, and is not parked as something that it is not", (source) => {
    expect(kindOf(source)).toBeUndefined();
  });

  it("that nobody can tell of stays in its queue alone, and the log says what to do", () => {
    const arn = "arn:aws:sqs:eu-central-1:123456789012:switchyard-inbound.fifo";
    const record = (messageId: string, DeadLetterQueueSourceArn?: string) => ({
      messageId,
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: "0",
        SenderId: "",
        ApproximateFirstReceiveTimestamp: "0",
        ...(DeadLetterQueueSourceArn && { DeadLetterQueueSourceArn }),
      },
    });
    const logged: [string, unknown][] = [];
    const log = { info() {}, warn() {}, error: (event: string, error: unknown) => void logged.push([event, error]) };
    const records = [record("m1", arn), record("by-hand"), record("m2", arn), record("alien", `${arn}x`)];
    const { known, foreign } = sorted(records, log);
    expect(foreign).toEqual(["by-hand", "alien"]);
    expect(Array.from(known, ([kind, ours]) => [kind, ours.map(({ messageId }) => messageId)])).toEqual([
      ["inbound", ["m1", "m2"]],
    ]);
    expect(logged.map(([event, error]) => `${event} ${String(error)}`)).toEqual([
      expect.stringMatching(/^drain.foreign .*put it there by hand.*delete it there/),
      expect.stringContaining(`comes from ${arn}x`),
    ]);
  });
});
