import { createHmac } from "node:crypto";
import type { Configuration } from "../../../shared/core/configuration.ts";
import type { Inbox } from "../../../shared/core/inbox.ts";
import { readSecret, type MetaSecret } from "../../../shared/channels/meta/secret.ts";
import type { Http } from "../../../shared/ports/http.ts";
import { type Account, ConnectRefused, type Connection, type Settings } from "./connection.ts";
import { askGraph, subscriptionsSchema, pageAppsSchema, businessAppsSchema, healthSchema } from "./meta-graph.ts";
import { askRouter } from "./router.ts";

interface Target {
  /** the router's public URL */
  url: string;
  configuration: Configuration;
  http: Http;
  /** the app's id, which no secret holds */
  appId: string;
}

/** What the parsers read, by the object that a webhook names: the fields that their channels' READMEs list. */
const fieldsOf = {
  whatsapp_business_account: ["messages"],
  page: [
    "messages",
    "message_echoes",
    "message_deliveries",
    "message_reads",
    "message_reactions",
    "message_edits",
    "messaging_postbacks",
    "messaging_referrals",
  ],
  instagram: ["messages", "message_reactions", "messaging_postbacks", "messaging_seen", "messaging_referral"],
};

/**
 * The app of the secret's document: its subscriptions, and its installation for each page and WhatsApp Business account.
 *
 * @see https://developers.facebook.com/docs/graph-api/webhooks/subscriptions-edge
 * @throws UnusableSecret
 */
export function metaAccounts(document: unknown, target: Target): Account[] {
  const secret = readSecret(document);
  const inboxes = target.configuration.inboxes.filter(isMetas);
  const on = (channel: string): Inbox[] => inboxes.filter((inbox) => inbox.channel === channel);
  const app = new App(secret, target);
  return [
    {
      name: `app ${target.appId}`,
      askRouter: () => app.askRouter(),
      connections: async () => [
        ...(on("whatsapp").length > 0 ? [app.subscription("whatsapp_business_account")] : []),
        ...(on("messenger").length > 0 ? [app.subscription("page")] : []),
        ...(on("instagram").length > 0 ? [app.dashboard()] : []),
        ...on("whatsapp").map(({ id, address }) => app.businessAccount(id, address)),
        ...on("messenger").map(({ id, address }) => app.page(id, address)),
        ...on("instagram").map(({ id, address }) => app.pageOfInstagram(id, address)),
        ...unconfigured(secret, inboxes),
      ],
    },
  ];
}

const isMetas = ({ channel, provider }: Inbox): boolean =>
  ["whatsapp", "messenger", "instagram"].includes(channel) && provider === undefined;

/** A token whose inbox router.yaml does not name: nobody knows what it is for. */
const unconfigured = ({ accessTokens }: MetaSecret, inboxes: Inbox[]): Connection[] =>
  Object.keys(accessTokens)
    .filter((address) => !inboxes.some((inbox) => inbox.address === address))
    .map((address) => ({
      name: address,
      read: () => Promise.reject(new ConnectRefused("router.yaml has no inbox of Meta's with this address.")),
      wanted: () => ({}),
      set: () => Promise.resolve(),
    }));

class App {
  readonly #secret: MetaSecret;
  readonly #target: Target;
  readonly #webhookUrl: string;

  constructor(secret: MetaSecret, target: Target) {
    this.#secret = secret;
    this.#target = target;
    this.#webhookUrl = `${target.url}/webhooks/meta`;
  }

  /** As Meta will: with the verify token, then signed, about an object that no channel has. */
  async askRouter(): Promise<void> {
    const { http } = this.#target;
    const { appSecret, verifyToken } = this.#secret;
    const challenge = "5174";
    const query = { "hub.mode": "subscribe", "hub.verify_token": verifyToken, "hub.challenge": challenge };
    const url = `${this.#webhookUrl}?${new URLSearchParams(query)}`;
    const said = await askRouter({ method: "GET", url, headers: {} }, http);
    if (said !== challenge)
      throw new ConnectRefused(`What answers at ${this.#webhookUrl} is no router: it does not repeat the challenge.`);
    const body = JSON.stringify({ object: "switchyard", entry: [] });
    const signature = createHmac("sha256", appSecret).update(body).digest("hex");
    const headers = { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` };
    await askRouter({ method: "POST", url: this.#webhookUrl, headers, body }, http);
  }

  /** Meta asks the callback at once, and keeps nothing where that fails. */
  subscription(object: "whatsapp_business_account" | "page"): Connection {
    let before: Settings = {};
    return {
      name: `subscription to ${object}`,
      read: async () => (before = await this.#subscriptionTo(object)),
      wanted: (given) => ({ callback_url: this.#webhookUrl, fields: withMore(given["fields"], fieldsOf[object]) }),
      set: async () => {
        const fields = withMore(before["fields"], fieldsOf[object]).replaceAll(" ", "");
        await this.#askAsApp("POST", {
          object,
          callback_url: this.#webhookUrl,
          verify_token: this.#secret.verifyToken,
          fields,
          include_values: true,
        });
      },
    };
  }

  /**
   * Of Instagram Meta lets an app read what is subscribed, and a person alone change it.
   *
   * @see https://developers.facebook.com/docs/messenger-platform/instagram/features/webhook/
   */
  dashboard(): Connection {
    let missing: string[] = [];
    return {
      name: "subscription to instagram",
      read: async () => {
        const { callback_url: callbackUrl, fields } = await this.#subscriptionTo("instagram");
        const given = new Set(fields?.split(", "));
        const unsubscribed = fieldsOf.instagram.filter((field) => !given.has(field));
        missing = [
          ...(callbackUrl === this.#webhookUrl ? [] : [`the callback URL ${this.#webhookUrl} and your verify token`]),
          ...(unsubscribed.length === 0 ? [] : [`the fields ${unsubscribed.join(", ")}`]),
        ];
        return {};
      },
      wanted: () => ({}),
      set: () => Promise.resolve(),
      obstacles: () =>
        missing.length === 0
          ? []
          : [
              `Meta lets only a person do this: in the app's dashboard, Webhooks, Instagram, give ${missing.join(", and ")}.`,
            ],
    };
  }

  /** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/solution-providers/manage-webhooks */
  businessAccount(inboxId: string, phoneNumberId: string): Connection {
    let account = "";
    return this.#installation(inboxId, phoneNumberId, {
      read: async (accessToken) => {
        account = await this.#businessAccountOf(phoneNumberId, accessToken);
        const { data } = await this.#ask("GET", `/${account}/subscribed_apps`, accessToken, businessAppsSchema);
        const isInstalled = data.some(({ whatsapp_business_api_data: { id } }) => id === this.#target.appId);
        return { [`app for WhatsApp Business account ${account}`]: isInstalled ? "installed" : "" };
      },
      wanted: () => ({ [`app for WhatsApp Business account ${account}`]: "installed" }),
      set: async (accessToken) => {
        await this.#ask("POST", `/${account}/subscribed_apps`, accessToken, undefined, {});
      },
    });
  }

  /** @see https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps */
  page(inboxId: string, pageId: string): Connection {
    return this.#pageConnection(inboxId, { address: pageId, node: pageId, fields: fieldsOf.page });
  }

  /** Any field of the page that the account is linked to is enough; `feed` asks for the fewest permissions. */
  pageOfInstagram(inboxId: string, accountId: string): Connection {
    return this.#pageConnection(inboxId, { address: accountId, node: "me", fields: [] });
  }

  #pageConnection(
    inboxId: string,
    { address, node, fields }: { address: string; node: string; fields: string[] },
  ): Connection {
    const wanted = (given: string | undefined): string => withMore(given, fields) || "feed";
    let before: Settings = {};
    return this.#installation(inboxId, address, {
      read: async (accessToken) => {
        const { data } = await this.#ask("GET", `/${node}/subscribed_apps`, accessToken, pageAppsSchema);
        const ours = data.find(({ id }) => id === this.#target.appId);
        return (before = { subscribed_fields: listed(ours?.subscribed_fields ?? []) });
      },
      wanted: (given) => ({ subscribed_fields: wanted(given["subscribed_fields"]) }),
      set: async (accessToken) => {
        const subscribed = wanted(before["subscribed_fields"]).replaceAll(" ", "");
        await this.#ask("POST", `/${node}/subscribed_apps`, accessToken, undefined, { subscribed_fields: subscribed });
      },
    });
  }

  #installation(
    inboxId: string,
    address: string,
    {
      read,
      wanted,
      set,
    }: {
      read(accessToken: string): Promise<Settings>;
      wanted: Connection["wanted"];
      set(accessToken: string): Promise<void>;
    },
  ): Connection {
    const token = (): string => {
      const { accessTokens } = this.#secret;
      if (Object.hasOwn(accessTokens, address)) return accessTokens[address]!;
      throw new ConnectRefused(`The document has no access token under "${address}".`);
    };
    return { name: inboxId, read: async () => read(token()), wanted, set: async () => set(token()) };
  }

  /** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/health-status */
  async #businessAccountOf(phoneNumberId: string, accessToken: string): Promise<string> {
    const path = `/${phoneNumberId}?fields=health_status`;
    const { health_status: health } = await this.#ask("GET", path, accessToken, healthSchema);
    const idOf = (type: string) => health.entities.find(({ entity_type: each }) => each === type)?.id;
    const [account, app] = [idOf("WABA"), idOf("APP")];
    if (app !== undefined && app !== this.#target.appId)
      throw new ConnectRefused(`Its access token is one of app ${app}, not of ${this.#target.appId}.`);
    if (account === undefined) throw new ConnectRefused("Meta does not say which WhatsApp Business account it is in.");
    return account;
  }

  async #subscriptionTo(object: string): Promise<Settings> {
    const { data } = await this.#askAsApp("GET");
    const found = data.find((each) => each.object === object);
    if (!found) return {};
    return { callback_url: found.callback_url, fields: listed(found.fields.map(({ name }) => name)) };
  }

  #askAsApp(method: "GET"): Promise<ReturnType<typeof subscriptionsSchema.parse>>;
  #askAsApp(method: "POST", body: object): Promise<unknown>;
  #askAsApp(method: "GET" | "POST", body?: object): Promise<unknown> {
    const { appId } = this.#target;
    const accessToken = `${appId}|${this.#secret.appSecret}`;
    const schema = method === "GET" ? subscriptionsSchema : undefined;
    const login = "the app's id with the document's appSecret";
    return askGraph({ method, path: `/${appId}/subscriptions`, accessToken, body, login }, schema, this.#target.http);
  }

  #ask<Schema extends Parameters<typeof askGraph>[1]>(
    method: "GET" | "POST",
    path: string,
    accessToken: string,
    schema: Schema,
    body?: object,
  ) {
    return askGraph({ method, path, accessToken, body, login: "this access token" }, schema, this.#target.http);
  }
}

const listed = (fields: string[]): string => fields.toSorted().join(", ");

/** What another has subscribed stays. */
const withMore = (given: string | undefined, fields: string[]): string =>
  listed(Array.from(new Set([...(given ? given.split(", ") : []), ...fields])));
