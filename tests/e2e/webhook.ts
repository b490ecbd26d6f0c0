import { randomBytes } from "node:crypto";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";

/*
 * The carrier's requests as a test needs them: right, or wrong in one way that it chooses.
 */

export interface CarrierAccount {
  accountSid: string;
  authToken: string;
}

export interface WebhookTarget extends CarrierAccount {
  baseUrl: string;
  /** our number */
  number: string;
}

export type Fields = Record<string, string>;

export const newMessageSid = (): string => `SM${randomBytes(16).toString("hex")}`;

/** The form of an incoming text. @see https://www.twilio.com/docs/messaging/guides/webhook-request */
export const textFields = (target: WebhookTarget, from: string, body: string): Fields => ({
  MessageSid: newMessageSid(),
  AccountSid: target.accountSid,
  ApiVersion: "2010-04-01",
  From: from,
  To: target.number,
  Body: body,
  NumMedia: "0",
  NumSegments: "1",
});

export const messagesUrl = ({ baseUrl }: Pick<WebhookTarget, "baseUrl">): string =>
  `${baseUrl}/webhooks/twilio/messages`;

export const signatureOf = ({ authToken }: CarrierAccount, url: string, fields: Fields): string =>
  getExpectedTwilioSignature(authToken, url, fields);

/** @param signature absent: the right one for this address */
export function postText(target: WebhookTarget, fields: Fields, signature?: string | null): Promise<Response> {
  const url = messagesUrl(target);
  const given = signature === undefined ? signatureOf(target, url, fields) : signature;
  return fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
      ...(given !== null && { "x-twilio-signature": given }),
    },
    body: new URLSearchParams(fields).toString(),
  });
}
