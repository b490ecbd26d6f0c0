import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Cloud, startCloud } from "./cloud.ts";
import { metaInboxes } from "./sandbox.ts";
import { watchParent } from "./watch-parent.ts";

const usage = `npm start -- [options]: the whole router on this machine

  --port N          port of pages, API and webhooks (4800; 0: any free one)
  --smtp-port N     port for incoming mail (2525; 0: any free one)
  --data DIR        folder in which everything is kept (.switchyard)
  --memory          keep nothing
  --config FILE     the rule set (router.yaml)
  --json            print one line of JSON when everything is ready
  --help            print this
`;

/** A mistake in how it was started: the message is for the person, a stack would say nothing more. */
class UsageError extends Error {
  override name = "UsageError";
}

interface Options {
  port: number;
  smtpPort: number;
  directory: string | undefined;
  configurationFile: string;
  json: boolean;
}

function readOptions(): Options | "help" {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "4800" },
      "smtp-port": { type: "string", default: "2525" },
      data: { type: "string" },
      memory: { type: "boolean", default: false },
      config: { type: "string", default: "router.yaml" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  if (values.memory && values.data !== undefined) throw new UsageError("--data and --memory exclude each other.");
  const configurationFile = resolve(values.config);
  if (!existsSync(configurationFile)) throw new UsageError(`--config: there is no file ${configurationFile}.`);
  return {
    port: portOf("--port", values.port),
    smtpPort: portOf("--smtp-port", values["smtp-port"]),
    directory: values.memory ? undefined : resolve(values.data ?? ".switchyard"),
    configurationFile,
    json: values.json,
  };
}

function portOf(option: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new UsageError(`${option} takes a port of 0 to 65535, not "${text}".`);
  return port;
}

async function main(options: Options): Promise<void> {
  const begun = performance.now();
  if (!options.json) console.error("Synthesizing the app and starting it …");
  const stopped = Promise.withResolvers<void>();
  const end = (): void => stopped.resolve();
  watchParent(process.env, () => process.kill(process.pid, "SIGKILL"));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
  const cloud = await startCloud({
    ...options,
    dynamoEndpoint: process.env["AWS_ENDPOINT_URL_DYNAMODB"],
    log: (line) => console.error(line),
    onFailure: (reason) => stopped.reject(new Error(reason)),
  });
  if (options.json) console.log(JSON.stringify(readyLine(cloud)));
  else console.log(readyText(cloud, options, performance.now() - begun));
  try {
    await stopped.promise;
  } finally {
    await cloud.stop();
  }
}

/** What scripts read. Fields of channels that are not built yet are left out. */
function readyLine({ baseUrl, chatUrl, tokens, accounts, smtp, vouchSecret, configuration }: Cloud): object {
  const { admin, supervisor } = tokens;
  const agents = configuration.pools.flatMap((pool) => pool.agents.map(({ id }) => [id, tokens[id]]));
  const inboxesOf = (channel: string, provider?: string) =>
    configuration.inboxes.filter((inbox) => inbox.channel === channel && inbox.provider === provider);
  const inboxOf = (channel: string, provider?: string) => inboxesOf(channel, provider)[0];
  const [number, number2] = inboxesOf("sms").map(({ address }) => address);
  const whatsappNumber = inboxOf("whatsapp", "twilio")?.address;
  const { appSecret, verifyToken } = accounts.meta;
  const telegram = inboxOf("telegram");
  const custom = inboxOf("custom");
  return {
    ready: true,
    baseUrl,
    chatUrl,
    smtp,
    tokens: { admin, supervisor, agents: Object.fromEntries(agents) },
    twilio: {
      ...accounts.twilio,
      number,
      number2,
      whatsappNumber: whatsappNumber === undefined ? undefined : `whatsapp:${whatsappNumber}`,
    },
    meta:
      metaInboxes(configuration.inboxes).length === 0
        ? undefined
        : {
            appSecret,
            verifyToken,
            pageId: inboxOf("messenger")?.address,
            phoneNumberId: inboxOf("whatsapp")?.address,
            instagramId: inboxOf("instagram")?.address,
          },
    telegram: telegram && { inbox: telegram.id, secretToken: accounts.bot.secretToken },
    custom: custom && { inbox: custom.id, secret: accounts.customSecret },
    web: vouchSecret === undefined ? undefined : { vouchSecret },
    inboxes: { email: inboxOf("email")?.address, web: inboxOf("web")?.id },
  };
}

function readyText(cloud: Cloud, { directory }: Options, tookMs: number): string {
  const { baseUrl, chatUrl, tokens, smtp, configuration } = cloud;
  const numbers = configuration.inboxes.filter(({ channel }) => channel === "sms").map(({ address }) => address);
  const mailInboxes = configuration.inboxes.filter(({ channel }) => channel === "email");
  const to = mailInboxes.map(({ address }) => address).join(" or ");
  const mail = smtp ? `\n  Mail        smtp://${smtp.host}:${smtp.port}     to ${to}` : "";
  const chat = chatUrl === undefined ? "" : `\n  Chat        ${chatUrl}     for your own page: ${baseUrl}/widget.js`;
  return `
Switchyard is ready after ${(tookMs / 1000).toFixed(1)} s.

  Desk        ${baseUrl}/desk     sign in as ${Object.keys(tokens).join(", ")}: one button each
  Customers   ${baseUrl}/sim      be one: text ${numbers.join(" or ")}, mail, chat${mail}${chat}
  API         ${baseUrl}/v1       tokens for scripts: npm start --silent -- --json
  Data        ${directory ?? "in memory, gone when it ends"}

Ctrl-C ends it.
`;
}

try {
  const options = readOptions();
  if (options === "help") process.stdout.write(usage);
  else await main(options);
} catch (error) {
  console.error(describe(error));
  process.exitCode = 1;
}

/** What we throw ourselves says what to do; of a mistake in the program, the place is worth more. */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if ("code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")) return `${error.message}\n\n${usage}`;
  const isMistake = [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
  return isMistake ? error : error.message;
}
