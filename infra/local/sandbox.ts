import { randomBytes } from "node:crypto";
import type { Configuration } from "../../shared/core/configuration.ts";
import type { CloudDatabase } from "./engines/database.ts";
import type { SandboxUser, TokenSigner } from "./issuer/tokens.ts";

/** Printed tokens outlive whatever a person tries with them; they follow the virtual clock. */
const printedTokenMs = 10 * 365.25 * 24 * 60 * 60_000;

/** An account at the simulated carrier. */
export interface SandboxAccount {
  accountSid: string;
  authToken: string;
}

/** By user name: what scripts sign in with. */
export type PrintedTokens = Record<string, string>;

/** Made once and kept with the data, so that a restart changes no key, secret or token. */
export async function kept(
  database: CloudDatabase,
  name: string,
  create: () => string | Promise<string>,
): Promise<string> {
  const old = database.setting(name);
  if (old !== undefined) return old;
  const value = await create();
  await database.keepSetting(name, value);
  return value;
}

export async function carrierAccount(database: CloudDatabase): Promise<SandboxAccount> {
  const create = (): string =>
    JSON.stringify({ accountSid: `AC${randomBytes(16).toString("hex")}`, authToken: randomBytes(16).toString("hex") });
  return JSON.parse(await kept(database, "twilio.account", create)) as SandboxAccount;
}

/** The agents of the configuration, a supervisor, and an administrator who is an operator too. */
export const sandboxUsers = (configuration: Configuration): SandboxUser[] => [
  ...configuration.pools.flatMap((pool) => pool.agents.map(({ id }) => ({ username: id, groups: ["agent"] }))),
  { username: "supervisor", groups: ["supervisor"] },
  { username: "admin", groups: ["admin", "operator"] },
];

export async function printedTokens(
  database: CloudDatabase,
  signer: TokenSigner,
  users: SandboxUser[],
  clientId: string,
): Promise<PrintedTokens> {
  const tokens: PrintedTokens = {};
  for (const user of users) {
    const name = `token ${signer.issuer} ${clientId} ${user.username} ${user.groups.join()}`;
    const request = { user, clientId, scope: "openid profile", validForMs: printedTokenMs };
    tokens[user.username] = await kept(database, name, () => signer.accessToken(request));
  }
  return tokens;
}
