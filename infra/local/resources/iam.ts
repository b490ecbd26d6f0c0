import { z } from "zod";
import { generatedId, generatedName, interpreter } from "../template/interpreter.ts";
import { TemplateError } from "../template/intrinsics.ts";
import { ignored, policyDocument, tags } from "./schema.ts";

const inlinePolicy = z.strictObject({ PolicyName: z.string(), PolicyDocument: policyDocument });

export const iamRole = interpreter({
  type: "AWS::IAM::Role",
  properties: z.strictObject({
    RoleName: z.string().optional(),
    Description: ignored("for people"),
    AssumeRolePolicyDocument: policyDocument,
    Policies: z.array(inlinePolicy).optional(),
    Path: ignored("only sorts names"),
    MaxSessionDuration: ignored("the credentials of a function here do not expire"),
    Tags: tags,
  }),
  interpret(resource) {
    const { properties: role, blueprint, account } = resource;
    const name = role.RoleName ?? generatedName(resource);
    const roleArn = `arn:${account.partition}:iam::${account.accountId}:role/${name}`;
    const statements = (role.Policies ?? []).flatMap((policy) => policy.PolicyDocument.Statement);
    blueprint.roles.push({ arn: roleArn, name, statements });
    return { ref: name, attributes: { Arn: roleArn, RoleId: generatedId(resource, 21).toUpperCase() } };
  },
});

export const iamPolicy = interpreter({
  type: "AWS::IAM::Policy",
  properties: z.strictObject({
    PolicyName: z.string(),
    PolicyDocument: policyDocument,
    Roles: z.array(z.string()),
  }),
  interpret(resource) {
    const { properties: policy, blueprint, logicalId } = resource;
    for (const name of policy.Roles) {
      const role = blueprint.roles.find((each) => each.name === name);
      if (!role) throw new TemplateError(`there is no role "${name}"`);
      role.statements.push(...policy.PolicyDocument.Statement);
    }
    return { ref: logicalId };
  },
});
