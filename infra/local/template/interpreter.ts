import { createHash } from "node:crypto";
import type { z } from "zod";
import type { Blueprint } from "./blueprint.ts";

/** The account that the embedded cloud plays. */
export interface Account {
  region: string;
  accountId: string;
  partition: string;
  urlSuffix: string;
  /** the address of a queue: its `Ref` */
  queueUrl(name: string): string;
  /** folder of an asset, by the bucket and key under which a deploy would upload it */
  assetDirectory(bucket: string, key: string): string;
}

/** One resource under interpretation. */
export interface Resource<Properties> {
  logicalId: string;
  stackName: string;
  properties: Properties;
  blueprint: Blueprint;
  account: Account;
}

/** What other resources may ask of this one. */
export interface Interpreted {
  /** value of `Ref` */
  ref: string;
  /** values of `Fn::GetAtt` */
  attributes?: Record<string, string>;
}

/** One file a resource type: which properties it knows, and what they stand for here. */
export interface Interpreter {
  type: string;
  properties: z.ZodType;
  interpret(resource: Resource<never>): Interpreted;
}

/** Ties the type of the properties to their schema. The schema is strict: a property that it lacks stops the start. */
export function interpreter<Schema extends z.ZodType>(definition: {
  type: string;
  properties: Schema;
  interpret(resource: Resource<z.output<Schema>>): Interpreted;
}): Interpreter {
  return definition as Interpreter;
}

/** The name CloudFormation would make up, without the random part: a restart must find the same tables and queues. */
export const generatedName = (resource: Pick<Resource<unknown>, "stackName" | "logicalId">): string =>
  `${resource.stackName}-${resource.logicalId}`;

/**
 * An identifier as AWS hands them out, the same at every start.
 *
 * @param length at most 40 characters of [0-9a-z]
 */
export function generatedId(resource: Pick<Resource<unknown>, "stackName" | "logicalId">, length: number): string {
  const digest = createHash("sha256").update(generatedName(resource)).digest("hex");
  return BigInt(`0x${digest}`).toString(36).padStart(49, "0").slice(0, length);
}

export const arn = (account: Account, service: string, rest: string): string =>
  `arn:${account.partition}:${service}:${account.region}:${account.accountId}:${rest}`;
