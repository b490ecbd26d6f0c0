import { randomInt } from "node:crypto";
import type { HttpAnswer } from "../../../../shared/ports/http.ts";
import type { FetchFile } from "../provider.ts";
import { failure, json, type GraphRequest } from "./graph.ts";

/** Our app's id there. */
export const appId = "100000000000100";

/** The WhatsApp Business account of all our numbers. */
export const businessAccountId = "102290129340398";

/** What an app says who may read its settings: itself. @see https://developers.facebook.com/docs/facebook-login/guides/access-tokens#apptokens */
export const appTokenOf = ({ appSecret }: { appSecret: string }): string => `${appId}|${appSecret}`;

export const isOfApp = (path: string): boolean => path.startsWith(`/${appId}/`);

interface Subscription {
  callbackUrl: string;
  fields: string[];
}

/** What a person has subscribed in the dashboard, by object. */
const dashboardFields = {
  whatsapp_business_account: ["messages"],
  page: ["messages"],
  instagram: ["messages", "message_reactions", "messaging_postbacks", "messaging_seen", "messaging_referral"],
};

export interface SubscriptionsOptions {
  /** "": nothing is subscribed yet */
  webhookUrl: string;
  /** ours on WhatsApp */
  phoneNumberIds: string[];
  /** ours; Instagram's accounts are linked to it */
  pageIds: string[];
  /** how a callback is asked */
  fetchFile: FetchFile;
}

/**
 * Where events go: the app's subscriptions, and the pages and WhatsApp Business accounts that the app is installed for. Both
 * are needed. Which fields are subscribed is kept and shown; events come whatever their field. Changes last until the
 * process ends.
 *
 * @see https://developers.facebook.com/docs/graph-api/webhooks/subscriptions-edge
 */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  /** by object */
  readonly #subscriptions = new Map<string, Subscription>();
  /** by page or WhatsApp Business account: the fields */
  readonly #installed = new Map<string, string[]>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    const { webhookUrl, pageIds } = options;
    if (webhookUrl === "") return;
    for (const [object, fields] of Object.entries(dashboardFields))
      this.#subscriptions.set(object, { callbackUrl: webhookUrl, fields });
    for (const id of [...pageIds, businessAccountId]) this.#installed.set(id, ["messages"]);
  }

  /** Where events of an object go. @returns undefined where nobody hears of them */
  callbackFor(object: string): string | undefined {
    const nodes = object === "whatsapp_business_account" ? [businessAccountId] : this.#options.pageIds;
    // Where there is no page at all, as in a test with numbers alone, nothing can be installed for it.
    if (nodes.length > 0 && !nodes.some((node) => this.#installed.has(node))) return undefined;
    return this.#subscriptions.get(object)?.callbackUrl;
  }

  /** @returns undefined where the call is about something else */
  answer(request: GraphRequest): HttpAnswer | Promise<HttpAnswer> | undefined {
    const [, node = "", edge] = request.path.split("/");
    const { phoneNumberIds, pageIds } = this.#options;
    if (phoneNumberIds.includes(node) && edge === undefined && request.query.get("fields") === "health_status")
      return healthOf(node);
    if (edge === "subscribed_apps") {
      const page = node === "me" ? pageIds[0] : pageIds.find((id) => id === node);
      if (page !== undefined || node === businessAccountId) return this.#answerInstalled(page ?? node, request);
    }
    return undefined;
  }

  /** @see https://developers.facebook.com/docs/graph-api/reference/app/subscriptions/ */
  answerApp({ method, path, body }: GraphRequest): HttpAnswer | Promise<HttpAnswer> {
    if (path !== `/${appId}/subscriptions` || (method !== "GET" && method !== "POST"))
      return failure(400, { code: 100, message: `The simulated Meta knows no ${method} ${path}` });
    if (method === "POST") return this.#subscribe((body ?? {}) as Record<string, unknown>);
    const data = Array.from(this.#subscriptions, ([object, { callbackUrl, fields }]) => ({
      object,
      callback_url: callbackUrl,
      active: true,
      fields: fields.map((name) => ({ name, version: "v23.0" })),
    }));
    return json(200, { data });
  }

  /**
   * Meta asks the callback at once. Instagram is subscribed in the app's dashboard alone.
   *
   * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests
   * @see https://developers.facebook.com/docs/messenger-platform/instagram/features/webhook/
   */
  async #subscribe(body: Record<string, unknown>): Promise<HttpAnswer> {
    const { object, callback_url: callbackUrl, verify_token: verifyToken, fields } = body;
    const isOpenToApps = object === "whatsapp_business_account" || object === "page";
    if (
      !isOpenToApps ||
      typeof callbackUrl !== "string" ||
      typeof verifyToken !== "string" ||
      typeof fields !== "string"
    )
      return failure(400, { code: 100, message: "object, callback_url, verify_token and fields are needed" });
    const challenge = String(randomInt(1_000_000_000));
    const query = { "hub.mode": "subscribe", "hub.verify_token": verifyToken, "hub.challenge": challenge };
    const answer = await this.#options
      .fetchFile(`${callbackUrl}?${new URLSearchParams(query)}`)
      .catch((error: unknown) => {
        if (error instanceof TypeError || (error instanceof Error && error.name === "TimeoutError")) return undefined;
        throw error;
      });
    if (answer === undefined || Buffer.from(answer.bytes).toString() !== challenge)
      return failure(400, { code: 2200, message: "Callback verification failed" });
    this.#subscriptions.set(object, { callbackUrl, fields: fields.split(",") });
    return json(200, { success: true });
  }

  /**
   * @see https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps
   * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/solution-providers/manage-webhooks
   */
  #answerInstalled(node: string, { method, body }: GraphRequest): HttpAnswer {
    const isPage = node !== businessAccountId;
    if (method === "POST") {
      const { subscribed_fields: fields } = (body ?? {}) as { subscribed_fields?: unknown };
      if (isPage && typeof fields !== "string")
        return failure(400, { code: 100, message: "The parameter subscribed_fields is required" });
      this.#installed.set(node, typeof fields === "string" ? fields.split(",") : []);
      return json(200, { success: true });
    }
    const fields = this.#installed.get(node);
    if (!fields) return json(200, { data: [] });
    const app = isPage ? { id: appId, subscribed_fields: fields } : { whatsapp_business_api_data: { id: appId } };
    return json(200, { data: [app] });
  }
}

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/health-status */
function healthOf(phoneNumberId: string): HttpAnswer {
  const entities = [
    { entity_type: "PHONE_NUMBER", id: phoneNumberId },
    { entity_type: "WABA", id: businessAccountId },
    { entity_type: "APP", id: appId },
  ].map((entity) => ({ ...entity, can_send_message: "AVAILABLE" }));
  return json(200, { health_status: { can_send_message: "AVAILABLE", entities }, id: phoneNumberId });
}
