import type { Parsed, WebhookRequest } from "../../../shared/channels/channel.ts";
import type { GoldenSample } from "../../contracts/channel.ts";
import { keys, webhook } from "../meta/samples.ts";
import { configurationOf, goldenSamplesIn, sendRequestOf } from "../samples.ts";

const accountId = "102290129340398";
export const phoneNumberId = "106540352242922";
export const customer = "+4915550100200";
export const userId = "DE.90210000000000000001";

export const accessToken = "token-of-the-number";
export const secret = {
  appSecret: keys.current,
  verifyToken: "verify-me",
  accessTokens: { [phoneNumberId]: accessToken },
};
export const inbox = { id: "whatsapp-main", channel: "whatsapp", address: phoneNumberId };

export const config = configurationOf(
  // Another carrier's and another channel's inbox of the same address are not meant.
  { id: "whatsapp-twilio", channel: "whatsapp", provider: "twilio", address: phoneNumberId },
  { id: "page", channel: "messenger", address: phoneNumberId },
  inbox,
);

/** One change of a number's. */
export const change = (value: object, field = "messages", id = phoneNumberId) => ({
  field,
  value: {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "15550783881", phone_number_id: id },
    ...value,
  },
});

export const envelope = (...changes: unknown[]) => ({
  object: "whatsapp_business_account",
  entry: [{ id: accountId, changes }],
});

export const contacts = [{ profile: { name: "Ada Beispiel" }, wa_id: customer.slice(1), user_id: userId }];

export const message = (fields: object, id: string) => ({
  from: customer.slice(1),
  from_user_id: userId,
  id,
  timestamp: "1793872800",
  ...fields,
});

export const textMessage = (text: string, id = 1): WebhookRequest =>
  webhook(envelope(change({ contacts, messages: [message({ type: "text", text: { body: text } }, `wamid.${id}`)] })));

interface SampleFile {
  name: string;
  field?: string;
  phoneNumberId?: string;
  value?: object;
  /** instead: the whole body */
  raw?: string;
  parsed?: Parsed[];
  invalid?: string;
}

/** The golden samples beside the channel. */
export const goldenSamples = (): GoldenSample[] =>
  goldenSamplesIn<SampleFile>("whatsapp", (sample) => ({
    request: webhook(sample.raw ?? envelope(change(sample.value ?? {}, sample.field, sample.phoneNumberId))),
    expected: sample.parsed ?? { invalid: sample.invalid ?? "" },
  }));

export const sendRequest = sendRequestOf({ to: customer, inbox, writtenAt: Date.UTC(2026, 10, 4, 10), secret });

/** What the Cloud API answers to what it takes. */
export const taken = {
  messaging_product: "whatsapp",
  contacts: [{ input: customer, wa_id: customer.slice(1) }],
  messages: [{ id: "wamid.sent" }],
};
