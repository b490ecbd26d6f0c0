import { z } from "zod";
import { arn, generatedName, interpreter } from "../template/interpreter.ts";
import { TemplateError } from "../template/intrinsics.ts";
import { ignored, tags } from "./schema.ts";

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const target = z.strictObject({
  Id: z.string(),
  Arn: z.string(),
  Input: z.string().optional(),
  RetryPolicy: z
    .strictObject({
      MaximumRetryAttempts: ignored("a delivery to a function on this machine does not fail"),
      MaximumEventAgeInSeconds: ignored("a delivery to a function on this machine does not fail"),
    })
    .optional(),
});

export const eventsRule = interpreter({
  type: "AWS::Events::Rule",
  properties: z.strictObject({
    Name: z.string().optional(),
    Description: ignored("for people"),
    ScheduleExpression: z.string(),
    State: z.enum(["ENABLED", "DISABLED"]).optional(),
    Targets: z.array(target),
    Tags: tags,
  }),
  interpret(resource) {
    const { properties: rule, blueprint, account } = resource;
    const name = rule.Name ?? generatedName(resource);
    const ruleArn = arn(account, "events", `rule/${name}`);
    blueprint.schedules.push({
      name,
      arn: ruleArn,
      intervalMs: intervalOf(rule.ScheduleExpression),
      enabled: rule.State !== "DISABLED",
      targets: rule.Targets.map((each) => ({ functionArn: each.Arn, input: each.Input })),
    });
    return { ref: name, attributes: { Arn: ruleArn } };
  },
});

function intervalOf(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count === undefined || unit === undefined)
    throw new TemplateError(`ScheduleExpression ${expression}: only rate(…) in minutes, hours or days is supported`);
  return Number(count) * unitMs[unit]!;
}
