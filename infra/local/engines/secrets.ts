import { randomInt, randomUUID } from "node:crypto";
import type { VirtualClock } from "../clock.ts";
import type { GeneratedSecret } from "../template/blueprint.ts";
import type { CloudDatabase } from "./database.ts";
import { AwsError, refuseUnknown } from "./error.ts";

const schema = `
CREATE TABLE IF NOT EXISTS secrets (
  name TEXT PRIMARY KEY, arn TEXT NOT NULL UNIQUE, value TEXT NOT NULL, version_id TEXT NOT NULL, created_at INTEGER NOT NULL
);`;

interface SecretRow {
  name: string;
  arn: string;
  value: string;
  versionId: string;
  createdAt: number;
}

/** Secrets Manager: GetSecretValue by name or ARN. */
export class SecretsEngine {
  readonly #database: CloudDatabase;
  readonly #clock: VirtualClock;
  readonly #arnPrefix: string;

  constructor(options: { database: CloudDatabase; clock: VirtualClock; region?: string; accountId?: string }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#arnPrefix = `arn:aws:secretsmanager:${options.region ?? "us-east-1"}:${options.accountId ?? "000000000000"}:secret`;
    options.database.define(schema);
  }

  /**
   * Keeps the value that is there; else puts what `create` gives.
   * @param arn the one that the template's references resolve to
   * @returns the value that is there now
   */
  async ensureSecret(name: string, create: () => string, arn?: string): Promise<{ arn: string; value: string }> {
    const old = this.#find(name);
    if (old) return { arn: old.arn, value: old.value };
    const value = create();
    return { ...(await this.putSecret(name, value, arn)), value };
  }

  async putSecret(name: string, value: string, newArn?: string): Promise<{ arn: string }> {
    // AWS ends each ARN with six characters of its own; who matches on the bare name must allow for them.
    const arn = this.#find(name)?.arn ?? newArn ?? `${this.#arnPrefix}:${name}-${randomUUID().slice(0, 6)}`;
    await this.#database.write(() =>
      this.#database
        .statement("INSERT OR REPLACE INTO secrets (name, arn, value, version_id, created_at) VALUES (?, ?, ?, ?, ?)")
        .run(name, arn, value, randomUUID(), this.#clock.now()),
    );
    return { arn };
  }

  /** @throws AwsError when there is none */
  valueOf(nameOrArn: string): string {
    const secret = this.#find(nameOrArn);
    if (!secret) throw new AwsError("ResourceNotFoundException", `There is no secret ${nameOrArn}`);
    return secret.value;
  }

  /** One AWS JSON 1.1 call. @returns the JSON to answer */
  async call(operation: string, input: Record<string, unknown>): Promise<unknown> {
    if (operation !== "GetSecretValue")
      throw new AwsError("InvalidAction", `The embedded cloud's Secrets Manager does not imitate ${operation}`);
    refuseUnknown(operation, input, ["SecretId", "VersionStage"]);
    const { SecretId, VersionStage = "AWSCURRENT" } = input;
    const secret = this.#find(String(SecretId));
    if (!secret || VersionStage !== "AWSCURRENT")
      throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return {
      ARN: secret.arn,
      Name: secret.name,
      SecretString: secret.value,
      VersionId: secret.versionId,
      VersionStages: ["AWSCURRENT"],
      CreatedDate: secret.createdAt / 1000,
    };
  }

  #find(nameOrArn: string): SecretRow | undefined {
    return this.#database
      .statement(
        "SELECT name, arn, value, version_id AS versionId, created_at AS createdAt FROM secrets WHERE name = ?1 OR arn = ?1",
      )
      .get(nameOrArn) as SecretRow | undefined;
  }
}

/** A secret as Secrets Manager makes it up. */
export function generateSecret({ template, characters, alphabet }: GeneratedSecret): string {
  const text = Array.from({ length: characters }, () => alphabet[randomInt(alphabet.length)]).join("");
  if (!template) return text;
  return JSON.stringify({ ...(JSON.parse(template.json) as object), [template.key]: text });
}
