import { z } from "zod";
import type { GeneratedSecret } from "../template/blueprint.ts";
import { arn, generatedId, generatedName, interpreter } from "../template/interpreter.ts";
import { TemplateError } from "../template/intrinsics.ts";
import { ignored, tags } from "./schema.ts";

const generateSecretString = z.strictObject({
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
  PasswordLength: z.number().int().min(1).max(4096).optional(),
  ExcludeCharacters: z.string().optional(),
  ExcludeLowercase: z.boolean().optional(),
  ExcludeNumbers: z.boolean().optional(),
  ExcludePunctuation: z.boolean().optional(),
  ExcludeUppercase: z.boolean().optional(),
  IncludeSpace: z.boolean().optional(),
  RequireEachIncludedType: ignored("with 32 characters of chance every kind is as good as sure to occur"),
});

const properties = z.strictObject({
  Name: z.string().optional(),
  Description: ignored("for people"),
  SecretString: z.string().optional(),
  GenerateSecretString: generateSecretString.optional(),
  KmsKeyId: ignored("encryption at rest is the disk's here"),
  Tags: tags,
});

/** Secrets Manager's own default (API reference, GetRandomPassword). */
const defaultPasswordLength = 32;
const punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

export const secretsmanagerSecret = interpreter({
  type: "AWS::SecretsManager::Secret",
  properties,
  interpret(resource) {
    const { properties: secret, blueprint, account } = resource;
    const { SecretString, GenerateSecretString } = secret;
    if ((SecretString === undefined) === (GenerateSecretString === undefined))
      throw new TemplateError("a secret has either SecretString or GenerateSecretString");
    const name = secret.Name ?? generatedName(resource);
    // Secrets Manager adds a hyphen and six characters to every name.
    const secretArn = arn(account, "secretsmanager", `secret:${name}-${generatedId(resource, 6)}`);
    blueprint.secrets.push({ name, arn: secretArn, initialValue: SecretString ?? generated(GenerateSecretString!) });
    return { ref: secretArn, attributes: { Id: secretArn } };
  },
});

function generated(rules: z.output<typeof generateSecretString>): GeneratedSecret {
  const { SecretStringTemplate: json, GenerateStringKey: key } = rules;
  if ((json === undefined) !== (key === undefined))
    throw new TemplateError("SecretStringTemplate and GenerateStringKey go together");
  const kinds = [
    rules.ExcludeLowercase ? "" : "abcdefghijklmnopqrstuvwxyz",
    rules.ExcludeUppercase ? "" : "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    rules.ExcludeNumbers ? "" : "0123456789",
    rules.ExcludePunctuation ? "" : punctuation,
    rules.IncludeSpace ? " " : "",
  ];
  const excluded = new Set(rules.ExcludeCharacters);
  const alphabet = Array.from(kinds.join("")).filter((character) => !excluded.has(character));
  if (alphabet.length === 0) throw new TemplateError("GenerateSecretString leaves no character to choose from");
  return {
    ...(json !== undefined && key !== undefined && { template: { json, key } }),
    characters: rules.PasswordLength ?? defaultPasswordLength,
    alphabet: alphabet.join(""),
  };
}
