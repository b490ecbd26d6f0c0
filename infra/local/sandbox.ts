import { randomBytes } from "node:crypto";
import type { Configuration } from "../../shared/core/configuration.ts";
import type { Inbox } from "../../shared/core/inbox.ts";
import type { CloudDatabase } from "./engines/database.ts";
import type { SandboxUser, TokenSigner } from "./issuer/tokens.ts";

/** Printed tokens outlive whatever a person tries with them; they follow the virtual clock. */
const printedTokenMs = 10 * 365.25 * 24 * 60 * 60_000;

/** An account at the simulated carrier. */
export interface SandboxAccount {
  accountSid: string;
  authToken: string;
}

/** Our app at the simulated Meta. */
export interface SandboxMetaApp {
  appSecret: string;
  verifyToken: string;
  /** of every inbox there */
  accessToken: string;
}

export interface SandboxBot {
  /** as Telegram writes them: the bot's id, a colon, and 35 characters */
  token: string;
  secretToken: string;
}

/** What we are given at each provider when we sign up there. */
export interface SandboxAccounts {
  twilio: SandboxAccount;
  meta: SandboxMetaApp;
  bot: SandboxBot;
  /** `whsec_…`, of every custom inbox */
  customSecret: string;
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

export async function sandboxAccounts(database: CloudDatabase): Promise<SandboxAccounts> {
  const account = async <Value>(name: string, create: () => Value): Promise<Value> =>
    JSON.parse(await kept(database, name, () => JSON.stringify(create()))) as Value;
  const hex = (bytes: number): string => randomBytes(bytes).toString("hex");
  return {
    twilio: await account("twilio.account", () => ({ accountSid: `AC${hex(16)}`, authToken: hex(16) })),
    meta: await account("meta.app", () => ({
      appSecret: hex(16),
      verifyToken: hex(12),
      accessToken: `EAAG${hex(40)}`,
    })),
    bot: await account("telegram.bot", () => ({
      token: `7000000001:${randomBytes(26).toString("base64url").slice(0, 35)}`,
      secretToken: hex(24),
    })),
    customSecret: await account("custom.secret", () => `whsec_${randomBytes(24).toString("base64")}`),
  };
}

/** The secrets that docs/deploy.md has an operator fill in, by the output of the templates that names each. */
export function filledSecrets(
  accounts: SandboxAccounts,
  { inboxes }: Pick<Configuration, "inboxes">,
): Record<"TwilioSecretId" | "MetaSecretId" | "TelegramSecretId" | "CustomSecretId", object> {
  const on = (...channels: string[]) => inboxes.filter(({ channel }) => channels.includes(channel));
  const { appSecret, verifyToken, accessToken } = accounts.meta;
  return {
    TwilioSecretId: { accounts: [{ ...accounts.twilio, numbers: twilioNumbers(inboxes) }] },
    MetaSecretId: {
      appSecret,
      verifyToken,
      accessTokens: Object.fromEntries(metaInboxes(inboxes).map(({ address }) => [address, accessToken])),
    },
    TelegramSecretId: { bots: Object.fromEntries(on("telegram").map(({ id }) => [id, accounts.bot])) },
    CustomSecretId: {
      inboxes: Object.fromEntries(on("custom").map(({ id }) => [id, { secret: accounts.customSecret }])),
    },
  };
}

/** Of texts first, then of WhatsApp. */
const twilioNumbers = (inboxes: Inbox[]): string[] => [
  ...inboxes.filter(({ channel }) => channel === "sms").map(({ address }) => address),
  ...inboxes
    .filter(({ channel, provider }) => channel === "whatsapp" && provider === "twilio")
    .map(({ address }) => address),
];

export const metaInboxes = (inboxes: Inbox[]): Inbox[] =>
  inboxes.filter(
    ({ channel, provider }) => ["whatsapp", "messenger", "instagram"].includes(channel) && provider === undefined,
  );

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
