import { readFileSync } from "node:fs";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type Api, apiAt } from "../api.ts";
import { startCloud } from "../harness.ts";
import type { WebhookTarget } from "../webhook.ts";

/**
 * A router as its customers and its supervisor reach it: no clock, no faults, nothing of /sim. Without SWITCHYARD_TARGET it
 * is the embedded cloud; with it, the deployed stack whose outputs that file holds (`cdk deploy --all --outputs-file`).
 * Requests are signed with the stack's own secret, read with the caller's AWS credentials; SWITCHYARD_TOKEN is a
 * supervisor's access token.
 */
export interface Target extends WebhookTarget {
  api: Api;
  stop(): Promise<void>;
}

export const supervisor = "supervisor";

/** @throws Error naming what is missing for a deployed stack */
export async function openTarget(): Promise<Target> {
  const file = process.env["SWITCHYARD_TARGET"];
  return file === undefined ? embedded() : deployed(file);
}

async function embedded(): Promise<Target> {
  const { baseUrl, account, api, stop } = await startCloud();
  return { ...account, baseUrl, number: account.numbers[0]!, api, stop };
}

async function deployed(file: string): Promise<Target> {
  const stacks = Object.values(JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, string>>);
  const output = (name: string): string =>
    stacks.find((outputs) => outputs[name] !== undefined)?.[name] ??
    missing(`${file} has no output ${name}: write it with "npx cdk deploy --all --outputs-file ${file}"`);
  const token =
    process.env["SWITCHYARD_TOKEN"] ?? missing("SWITCHYARD_TOKEN is not set: it takes a supervisor's access token");
  const client = new SecretsManagerClient();
  const { SecretString = "{}" } = await client.send(new GetSecretValueCommand({ SecretId: output("TwilioSecretId") }));
  const { accounts = [] } = JSON.parse(SecretString) as { accounts?: SecretAccount[] };
  const account = accounts.find(({ numbers = [] }) => numbers.length > 0);
  if (!account) return missing("No account of the Twilio secret lists its numbers: see docs/deploy.md");
  const baseUrl = output("BaseUrl");
  return {
    ...account,
    baseUrl,
    number: account.numbers![0]!,
    api: apiAt(baseUrl, { [supervisor]: token }),
    async stop() {
      client.destroy();
    },
  };
}

interface SecretAccount {
  accountSid: string;
  authToken: string;
  numbers?: string[];
}

function missing(what: string): never {
  throw new Error(what);
}
