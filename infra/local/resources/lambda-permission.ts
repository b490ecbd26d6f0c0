import { z } from "zod";
import { interpreter } from "../template/interpreter.ts";
import { functionNameOf } from "./names.ts";

export const lambdaPermission = interpreter({
  type: "AWS::Lambda::Permission",
  properties: z.strictObject({
    Action: z.string(),
    FunctionName: z.string(),
    Principal: z.string(),
    SourceArn: z.string().optional(),
    SourceAccount: z.string().optional(),
  }),
  interpret({ properties: permission, blueprint, logicalId }) {
    blueprint.permissions.push({
      functionName: functionNameOf(permission.FunctionName),
      principal: permission.Principal,
      action: permission.Action,
      sourceArn: permission.SourceArn,
    });
    return { ref: logicalId };
  },
});
