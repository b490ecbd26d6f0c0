import type { Cloud } from "../../infra/local/cloud.ts";
import { httpApiEvent } from "../../infra/local/http/event.ts";
import {
  fromCustom,
  fromMeta,
  fromTelegram,
  type SignedRequest,
  telegramUpdate,
  whatsAppChange,
  whatsAppEvent,
} from "../../tests/e2e/social-webhook.ts";
import { messagesUrl, signatureOf, textFields } from "../../tests/e2e/webhook.ts";

const text = "Where is my parcel? It should have come on Monday.";

/** A customer's text as each provider brings it, every time another one. */
export function signedRequests({ accounts, baseUrl, configuration }: Cloud): Record<string, () => SignedRequest> {
  const addressOn = (wanted: string): string =>
    configuration.inboxes.find(({ channel }) => channel === wanted)!.address;
  const target = { ...accounts.twilio, baseUrl, number: addressOn("sms") };
  const phoneNumberId = addressOn("whatsapp");
  const meta = { ...accounts.meta, phoneNumberId, pageId: addressOn("messenger"), instagramId: addressOn("instagram") };
  const others = {
    baseUrl,
    meta,
    telegram: { inbox: "telegram", secretToken: accounts.bot.secretToken },
    custom: { inbox: "counter", secret: accounts.customSecret },
  };
  return {
    twilio: () => {
      const fields = textFields(target, "+4915112345901", text);
      const headers = {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "x-twilio-signature": signatureOf(target, messagesUrl(target), fields),
      };
      return { url: messagesUrl(target), headers, body: new URLSearchParams(fields).toString() };
    },
    meta: () => fromMeta(others, whatsAppEvent(whatsAppChange(phoneNumberId, { number: "+4915112345902", text }))),
    telegram: () => fromTelegram(others, telegramUpdate({ from: 7_012_903, text })),
    custom: () => fromCustom(others, { type: "message", from: "card 904", text }),
  };
}

/** As API Gateway hands it to the function. */
export function eventOf({ url, headers, body }: SignedRequest): object {
  const { pathname } = new URL(url);
  const key = "POST /webhooks/{proxy+}";
  return httpApiEvent(
    {
      method: "POST",
      path: pathname,
      rawQuery: "",
      headers: { "content-type": "application/json", ...headers },
      body: Buffer.from(body),
      sourceIp: "127.0.0.1",
    },
    { route: { key }, pathParameters: { proxy: pathname.replace("/webhooks/", "") } },
    { apiId: "bench", accountId: "000000000000", domainName: "bench", stage: "$default", now: Date.now() },
    undefined,
  );
}
