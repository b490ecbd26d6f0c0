import { describe, expect, it } from "vitest";
import { kindOf } from "../../../functions/drain/kind.ts";
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
    expect(() => kindOf(source)).toThrow("is no queue of ours");
  });
});
