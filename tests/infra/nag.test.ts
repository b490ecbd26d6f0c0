import { Validations, type App } from "aws-cdk-lib/core";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, it } from "vitest";
import { inboxes, withApp } from "./synthesized.ts";

/** Every acknowledged finding, by its own id. One more has to be added here too, with its reason beside the resource. */
const acknowledged = [
  "AwsSolutions-APIG1",
  "AwsSolutions-APIG4",
  "AwsSolutions-COG8",
  "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<ChatApi93B5EFDA>/chat/DELETE/@connections/*]",
  "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<ChatApi93B5EFDA>/chat/POST/@connections/*]",
  "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<SocketApi9DED0CBC>/live/DELETE/@connections/*]",
  "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<SocketApi9DED0CBC>/live/POST/@connections/*]",
  "AwsSolutions-IAM5[Resource::switchyard-stateful:ExportsOutputFnGetAttBucket83908E77Arn063C8555/*]",
  "AwsSolutions-S1",
  "AwsSolutions-SMG4",
];

describe("cdk-nag's AWS Solutions checks", () => {
  it.each(["all", "smsOnly", "mailOnly"] as const)("find nothing but what is acknowledged, inboxes: %s", (given) => {
    const check = (app: App) => {
      Validations.of(app).addPlugins(new AwsSolutionsChecks());
      expect(() => app.synth()).not.toThrow();
    };
    withApp({}, check, inboxes[given]);
  });

  it("are acknowledged finding by finding, each with a reason", () => {
    const given = withApp({}, (app) => app.node.findAll())
      .flatMap((construct) => construct.node.metadata)
      .filter(({ type }) => type === "aws:cdk:acknowledged-rules")
      .flatMap(({ data }) => Object.entries(data as Record<string, string>));
    const ids = new Set(given.map(([id]) => id.replace(/^Annotation::/, "")));
    expect([...ids].toSorted()).toEqual(acknowledged);
    for (const [id, reason] of given) expect(reason.length, id).toBeGreaterThan(30);
  });
});
