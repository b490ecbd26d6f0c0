import type { Configuration } from "../../shared/core/configuration.ts";
import { loadConfiguration } from "../configuration/load.ts";
import { issuerUrl } from "./addresses.ts";
import { type ApiParts, assembleHttpApi, assembleWebSocketApis } from "./apis.ts";
import type { VirtualClock } from "./clock.ts";
import { createCustomersSide, listenForMail } from "./customers.ts";
import { domainOf } from "./engines/ses/events.ts";
import { chatPath, FrontDoor } from "./front-door.ts";
import type { MeterReport } from "./gateway/gateway.ts";
import { LocalServer } from "./http/server.ts";
import { Issuer } from "./issuer/issuer.ts";
import { createSigningKey, TokenSigner } from "./issuer/tokens.ts";
import { type ProviderSide, startProviders } from "./provider-side.ts";
import type { SmtpAddress, SmtpDoor } from "./smtp.ts";
import {
  filledSecrets,
  kept,
  type PrintedTokens,
  printedTokens,
  type SandboxAccounts,
  sandboxAccounts,
  sandboxUsers,
} from "./sandbox.ts";
import { Schedule } from "./schedules.ts";
import { createResources, type EngineOptions, type Engines, startEngines } from "./start-engines.ts";
import { eventSources, type Functions, startFunctions } from "./start-functions.ts";
import { synthesizeOnce } from "./template/assembly.ts";
import type { Blueprint } from "./template/blueprint.ts";
import { account, interpretAssembly } from "./template/interpret.ts";
import { TemplateError } from "./template/intrinsics.ts";
import { checkInvokePermissions } from "./template/permissions.ts";
import { checkServicePolicies } from "./template/policies.ts";

export interface CloudOptions extends EngineOptions {
  /** router.yaml */
  configurationFile: string;
  /** 0: any free one */
  port: number;
  /** of mail; 0: any free one */
  smtpPort: number;
}

export interface Cloud {
  baseUrl: string;
  /** of the customers' chats, where the templates have them */
  chatUrl: string | undefined;
  tokens: PrintedTokens;
  /** what we were given at the simulated providers */
  accounts: SandboxAccounts;
  providers: ProviderSide;
  /** where mail comes in, if the configuration has an inbox for it */
  smtp: SmtpAddress | undefined;
  /** what a web shop signs with, where the templates have chats */
  vouchSecret: string | undefined;
  configuration: Configuration;
  blueprint: Blueprint;
  clock: VirtualClock;
  /** what keeps state: for whoever must see what lies in it, as tests do */
  engines: Engines;
  meter(): MeterReport;
  stop(): Promise<void>;
}

/** In-flight work has this long when the cloud stops; what is not done by then is delivered again at the next start. */
const maxStopMs = 3_000;

/**
 * Synthesizes the app and runs its templates and bundles on engines of this machine.
 *
 * @throws ConfigurationError | TemplateError | Error, each naming what is wrong and what to do
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const configuration = loadConfiguration(options.configurationFile);
  await using starting = new AsyncDisposableStack();
  const engines = await startEngines(options, starting);
  const door = new FrontDoor();
  const server = await listen(options, engines, door);
  starting.defer(() => server.close());
  const mailInboxes = configuration.inboxes.filter(({ channel }) => channel === "email");
  const smtp = mailInboxes.length === 0 ? undefined : await listenForMail(engines, options);
  starting.defer(async () => smtp?.close());
  const { assembly, simDirectory } = await synthesizeOnce(options.configurationFile);
  const blueprint = interpretAssembly(assembly, {
    parameters: { PublicUrls: server.url },
    queueUrl: engines.gateway.queueUrl,
  });
  checkInvokePermissions(blueprint);
  checkServicePolicies(blueprint, account);
  const accounts = await sandboxAccounts(engines.database);
  await createResources(blueprint, engines, filledSecrets(accounts, configuration));
  const { clock } = engines;
  engines.ses.sending.verifyDomains(mailInboxes.map(({ address }) => domainOf(address)));
  const { directory, log } = options;
  const providers = await startProviders({ clock, directory, accounts, configuration, baseUrl: server.url, log });
  starting.defer(() => providers.close());
  const { origins } = providers;
  const functions = startFunctions({ blueprint, engines, baseUrl: server.url, origins, log }, starting);
  const traffic = await openDoors({
    ...options,
    configuration,
    engines,
    blueprint,
    functions,
    providers,
    server,
    smtp,
    door,
    simDirectory,
  });
  const resources = starting.move();
  return {
    baseUrl: server.url,
    chatUrl: traffic.hasChat ? `${server.url.replace(/^http/, "ws")}${chatPath}` : undefined,
    tokens: traffic.tokens,
    accounts,
    providers,
    smtp: smtp?.address,
    vouchSecret: traffic.vouchSecret,
    configuration,
    blueprint,
    clock,
    engines,
    meter: () => engines.gateway.meter.report(),
    async stop() {
      await Promise.all([server.close(), smtp?.close()]);
      await traffic.stop();
      await resources.disposeAsync();
    },
  };
}

/** An old data folder comes back at its old address where it can: sends under way carry it in their callbacks. */
async function listen({ port, log }: CloudOptions, { database }: Engines, door: FrontDoor): Promise<LocalServer> {
  const open = (wanted: number): Promise<LocalServer> =>
    LocalServer.listen({
      port: wanted,
      handle: (request, response, body) => door.handle(request, response, body),
      upgrade: (...connection) => door.upgrade(...connection),
      log,
    });
  const before = Number(database.setting("port") ?? 0);
  const server = port === 0 && before !== 0 ? await open(before).catch(() => open(0)) : await open(port);
  await database.keepSetting("port", String(server.port));
  return server;
}

interface DoorOptions extends CloudOptions {
  configuration: Configuration;
  engines: Engines;
  blueprint: Blueprint;
  functions: Functions;
  providers: ProviderSide;
  server: LocalServer;
  smtp: SmtpDoor | undefined;
  door: FrontDoor;
  simDirectory: string;
}

interface Traffic {
  tokens: PrintedTokens;
  vouchSecret: string | undefined;
  hasChat: boolean;
  stop(): Promise<void>;
}

/** Starts everything that brings events: APIs, pollers, schedules, mail, and what the carrier and SES have still to report. */
async function openDoors(options: DoorOptions): Promise<Traffic> {
  const { blueprint, engines, functions, providers } = options;
  const { clock, gateway, services, sqs, ses } = engines;
  const { issuer, signer, tokens } = await openIssuer(options);
  const parts: ApiParts = { blueprint, functions, signer, clock, meter: gateway.meter };
  const httpApi = assembleHttpApi(parts);
  const webSocketApis = assembleWebSocketApis(parts);
  services.executeApi = async (request) => {
    const [, path = ""] = /^\/execute-api\/[^/]+(\/[^/]+)/.exec(request.path) ?? [];
    const api = webSocketApis.get(path);
    return api ? api.manage(request) : { status: 403, headers: {}, body: '{"message":"Forbidden"}' };
  };
  const { sim, vouchSecret } = createCustomersSide(options);
  // Whoever held a message when the last process ended is gone.
  await sqs.releaseInFlight();
  const sources = eventSources(options, functions);
  const schedules = blueprint.schedules.map((definition) => new Schedule({ definition, clock, functions, ...account }));
  options.door.open({
    httpApi,
    webSocketApis,
    issuer,
    sim,
    overhear(webhook) {
      const url = `${options.server.url}${webhook.path}`;
      for (const provider of providers.all) provider.overhear?.({ ...webhook, url });
    },
  });
  options.smtp?.open();
  for (const source of sources) void source.run();
  for (const schedule of schedules) schedule.start();
  for (const provider of providers.all) provider.resume();
  ses.sending.resume();
  return {
    tokens,
    vouchSecret,
    hasChat: webSocketApis.has(chatPath),
    async stop() {
      for (const each of [...sources, ...schedules]) each.stop();
      await Promise.all([...webSocketApis.values()].map((each) => each.close()));
      await Promise.race([clock.settle(), new Promise((resolve) => setTimeout(resolve, maxStopMs).unref())]);
    },
  };
}

async function openIssuer({ blueprint, engines, configuration, server }: DoorOptions): Promise<{
  issuer: Issuer;
  signer: TokenSigner;
  tokens: PrintedTokens;
}> {
  const { clock, database } = engines;
  const now = (): number => clock.now();
  const [pool] = blueprint.userPools;
  const [client] = blueprint.userPoolClients;
  if (!pool || !client) throw new TemplateError("the templates have no user pool with a client: nobody could sign in");
  const signingKey = await kept(database, "issuer.signingKey", createSigningKey);
  const url = `https://cognito-idp.${account.region}.${account.urlSuffix}/${pool.id}`;
  const signer = await TokenSigner.load({ issuer: url, now, signingKey });
  const users = sandboxUsers(configuration);
  for (const group of new Set(users.flatMap(({ groups }) => groups)))
    if (!pool.groups.includes(group)) throw new TemplateError(`the user pool has no group "${group}"`);
  const clients = blueprint.userPoolClients;
  const issuer = new Issuer({ url: issuerUrl(server.url), clients, users, signer, now });
  return { issuer, signer, tokens: await printedTokens(database, signer, users, client.id) };
}
