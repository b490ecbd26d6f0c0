import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { fetchHttp } from "../../shared/adapters/http.ts";
import { UnusableSecret } from "../../shared/channels/channel.ts";
import type { Configuration } from "../../shared/core/configuration.ts";
import type { Http } from "../../shared/ports/http.ts";
import { ConfigurationError, loadConfiguration } from "../configuration/load.ts";
import type { Command } from "./command.ts";
import { connectAll, type Account, type Output } from "./connect/connection.ts";

const providers = ["twilio", "telegram", "meta"] as const;
type Provider = (typeof providers)[number];

/** It was called wrongly. */
class Misused extends Error {
  override name = "Misused";
}

export const connect: Command = {
  name: "connect",
  summary: "points a provider's webhooks to the router",
  help: [
    "Usage: npx switchyard connect twilio|telegram|meta --url URL [--secret FILE] [--app ID] [--config FILE] [--dry-run]",
    "",
    "Sets at the provider what it needs to reach the router, shows each setting before → after, and reads it back.",
    "Repeating it changes nothing. First it asks the router whether it goes by the same secret.",
    "",
    "--url      the router's public address: the output BaseUrl, or your own domain",
    "--secret   a file with the document that is in the provider's secret; absent: it is read from standard input,",
    "           aws secretsmanager get-secret-value --secret-id … --query SecretString --output text | npx switchyard connect …",
    "--app      Meta only: the app's id, which stands at the top of its dashboard",
    "--config   the configuration that is deployed (router.yaml)",
    "--dry-run  says what would change, and changes nothing",
    "",
    "twilio     each number's and WhatsApp sender's webhook and fallback, with Twilio's further tries",
    "telegram   each bot's webhook with its secret token and the kinds of updates that are read",
    "meta       the app's subscriptions, and the app for each page and WhatsApp Business account",
    "",
    "Exit code: 0 all is connected; 1 something is left, and named; 2 the command was called wrongly.",
  ].join("\n"),
  options: {
    url: { type: "string" },
    secret: { type: "string" },
    app: { type: "string" },
    config: { type: "string" },
    "dry-run": { type: "boolean" },
  },
  async run(positionals, { url, secret, app, config = "router.yaml", "dry-run": isDry }) {
    try {
      const provider = providerOf(positionals);
      const origin = originOf(url);
      if (provider === "meta" && !/^\d+$/.test(String(app ?? "")))
        throw new Misused("--app has to be the app's id at Meta, in digits.");
      if (secret === undefined && process.stdin.isTTY)
        throw new Misused("The secret's document is missing: name its file with --secret, or pipe it in.");
      const document = await (secret === undefined ? text(process.stdin) : readFile(String(secret), "utf8"));
      const configuration = loadConfiguration(String(config));
      const request = { provider, url: origin, document, configuration, appId: String(app), isDry: isDry === true };
      const output = { say: (line: string) => console.log(line), complain: (line: string) => console.error(line) };
      return (await connectProvider(request, fetchHttp, output)) ? 0 : 1;
    } catch (error) {
      if (!isExpected(error)) throw error;
      const isMisuse = error instanceof Misused;
      console.error(`${error.message}${isMisuse ? " See: npx switchyard connect --help" : ""}`);
      return isMisuse ? 2 : 1;
    }
  },
};

export interface ConnectRequest {
  provider: Provider;
  /** the router's public origin */
  url: string;
  /** JSON, as the secret holds it */
  document: string;
  configuration: Configuration;
  /** Meta's */
  appId: string;
  isDry: boolean;
}

/** @returns whether nothing is left to do @throws UnusableSecret */
export async function connectProvider(request: ConnectRequest, http: Http, output: Output): Promise<boolean> {
  const { provider, document, isDry } = request;
  const given = parsed(document);
  const secrets = secretsIn(given);
  const hidden = (line: string): string => secrets.reduce((kept, secret) => kept.replaceAll(secret, "…"), line);
  return connectAll(await accountsOf(provider, given, { ...request, http }), isDry, {
    say: (line) => output.say(hidden(line)),
    complain: (line) => output.complain(hidden(line)),
  });
}

/** Loaded one by one: Twilio's package takes longer to load than the other commands to run. */
async function accountsOf(
  provider: Provider,
  document: unknown,
  target: Pick<ConnectRequest, "url" | "configuration" | "appId"> & { http: Http },
): Promise<Account[]> {
  if (provider === "twilio") return (await import("./connect/twilio.ts")).twilioAccounts(document, target);
  if (provider === "telegram") return (await import("./connect/telegram.ts")).telegramAccounts(document, target);
  return (await import("./connect/meta.ts")).metaAccounts(document, target);
}

function providerOf([name, ...more]: string[]): Provider {
  const provider = providers.find((each) => each === name);
  if (provider === undefined || more.length > 0) throw new Misused(`connect takes one of ${providers.join(", ")}.`);
  return provider;
}

/** What signs for a URL signs for https; on this machine alone is there a router without. */
function originOf(url: unknown): string {
  const given = typeof url === "string" && URL.canParse(url) ? new URL(url) : undefined;
  const isOfThisMachine = given?.hostname === "127.0.0.1" || given?.hostname === "localhost";
  const isAddress = given?.protocol === "https:" || (given?.protocol === "http:" && isOfThisMachine);
  const isWhole = given?.pathname === "/" && given.search === "" && given.hash === "" && given.username === "";
  if (!given || !isAddress || !isWhole)
    throw new Misused("--url has to be the router's public address, e.g. https://messages.example.com.");
  return given.origin;
}

function parsed(document: string): unknown {
  try {
    return JSON.parse(document) as unknown;
  } catch {
    // What is wrong with it may be a part of a secret.
    throw new UnusableSecret("The secret's document is no JSON.");
  }
}

const publicNames = new Set(["accountSid", "numbers"]);

/** Every text of the document that is nobody else's to know. */
function secretsIn(part: unknown): string[] {
  if (typeof part === "string") return part.length >= 4 ? [part] : [];
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) => (publicNames.has(name) ? [] : secretsIn(value)));
}

const isExpected = (error: unknown): error is Error =>
  error instanceof Misused ||
  error instanceof UnusableSecret ||
  error instanceof ConfigurationError ||
  (error instanceof Error && "syscall" in error);
