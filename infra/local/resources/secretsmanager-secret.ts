import { z } from "zod";
import { arn, generatedId, generatedName, interpreter } from "../template/interpreter.ts";
import { ignored, tags } from "./schema.ts";

const properties = z.strictObject({
  Name: z.string().optional(),
  Description: ignored("for people"),
  SecretString: z.string(),
  KmsKeyId: ignored("encryption at rest is the disk's here"),
  Tags: tags,
});

export const secretsmanagerSecret = interpreter({
  type: "AWS::SecretsManager::Secret",
  properties,
  interpret(resource) {
    const { properties: secret, blueprint, account } = resource;
    const name = secret.Name ?? generatedName(resource);
    // Secrets Manager adds a hyphen and six characters to every name.
    const secretArn = arn(account, "secretsmanager", `secret:${name}-${generatedId(resource, 6)}`);
    blueprint.secrets.push({ name, arn: secretArn, initialValue: secret.SecretString });
    return { ref: secretArn, attributes: { Id: secretArn } };
  },
});
