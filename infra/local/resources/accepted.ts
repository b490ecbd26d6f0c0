import { z } from "zod";
import { arn, generatedName, type Interpreter, interpreter } from "../template/interpreter.ts";

/*
 * Resources that are taken and do nothing here: they watch or keep what runs. Their properties are AWS's to check, in
 * the template's own tests.
 */

const accepted = (type: string, service: string, kind: string): Interpreter =>
  interpreter({
    type,
    properties: z.looseObject({}),
    interpret(resource) {
      const name = generatedName(resource);
      return { ref: name, attributes: { Arn: arn(resource.account, service, `${kind}:${name}`) } };
    },
  });

export const acceptedTypes: Interpreter[] = [
  accepted("AWS::CloudWatch::Alarm", "cloudwatch", "alarm"),
  accepted("AWS::CloudWatch::Dashboard", "cloudwatch", "dashboard"),
  accepted("AWS::CDK::Metadata", "cloudformation", "metadata"),
];

/** Only its name is used: functions here log to standard error. */
export const logsLogGroup = interpreter({
  type: "AWS::Logs::LogGroup",
  properties: z.strictObject({
    LogGroupName: z.string().optional(),
    RetentionInDays: z.number().optional(),
    LogGroupClass: z.string().optional(),
    KmsKeyId: z.string().optional(),
    Tags: z.unknown().optional(),
  }),
  interpret(resource) {
    const name = resource.properties.LogGroupName ?? generatedName(resource);
    return { ref: name, attributes: { Arn: arn(resource.account, "logs", `log-group:${name}:*`) } };
  },
});
