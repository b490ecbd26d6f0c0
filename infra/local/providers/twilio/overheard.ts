import { validateRequest } from "twilio/lib/webhooks/webhooks.js";
import { carrierWordOf } from "../../../../shared/channels/twilio/keywords.ts";
import type { OverheardWebhook } from "../provider.ts";
import type { SimulatedAccount } from "./settings.ts";
import type { SimulatedNumber } from "./settings.ts";
import type { TwilioStorage } from "./storage.ts";

export interface Overhearing {
  accounts: readonly SimulatedAccount[];
  numbers: ReadonlyMap<string, SimulatedNumber>;
  storage: TwilioStorage;
  now: number;
}

/**
 * A webhook that is signed as Twilio's and comes from somebody else: a script that knows our token. The message in it counts as
 * one that Twilio has carried, so it is in the list, opens a window and stops or starts messages.
 */
export function overhear(
  { url, headers, body }: OverheardWebhook,
  { accounts, numbers, storage, now }: Overhearing,
): void {
  const form = Object.fromEntries(new URLSearchParams(body.toString("utf8")));
  const { MessageSid: sid = "", AccountSid: accountSid = "", From: from = "", To: to = "", Body: text = "" } = form;
  const account = accounts.find((each) => each.accountSid === accountSid);
  const isOurs = numbers.get(to)?.accountSid === accountSid && /^(SM|MM)[0-9a-fA-F]{32}$/.test(sid);
  if (!account || !isOurs || from === "" || storage.message(sid)) return;
  if (!validateRequest(account.authToken, headers["x-twilio-signature"] ?? "", url, form)) return;
  const word = carrierWordOf(text);
  if (word === "stop" || word === "start") storage.setOptOut(to, from, word === "stop");
  storage.insert({
    sid,
    accountSid,
    from,
    to,
    body: text,
    direction: "inbound",
    media: [],
    status: "received",
    errorCode: null,
    statusCallback: null,
    createdAt: now,
    updatedAt: now,
    sentAt: now,
    deliveredAt: null,
  });
}
