import type { SendError } from "../../core/message.ts";
import { meaningsOf, type Meaning } from "../meanings.ts";

/**
 * What a person should know or do, with the codes by which Twilio says it. A consequence stands only where the code's page
 * says that nothing will arrive there: a landline, a number that is none, a recipient who stopped messages.
 *
 * @see https://www.twilio.com/docs/api/errors and the page of each code, e.g. https://www.twilio.com/docs/api/errors/63016
 */
const meanings = meaningsOf([
  [
    {
      code: "credentials",
      message: "Twilio does not take our credentials. An administrator must renew the Twilio secret.",
    },
    "20003",
  ],
  [
    { code: "throttled", message: "Twilio takes no more for the moment. The message is sent again by itself." },
    "20429",
  ],
  [
    {
      code: "invalid-address",
      message: "This is no phone number that can get messages. Check it with the customer or write on another channel.",
      consequence: "unreachable",
    },
    "21211",
    "21265",
    "21614",
    "63003",
  ],
  [
    {
      code: "landline",
      message: "The number is a landline or its carrier takes no texts. Call the customer or write on another channel.",
      consequence: "unreachable",
    },
    "21635",
    "30006",
  ],
  [{ code: "own-address", message: "The customer's number is the one that we send from." }, "21266", "63031"],
  [
    {
      code: "region-not-allowed",
      message:
        "Messages to this country are switched off. An administrator can allow it in Twilio's geographic permissions.",
    },
    "21408",
  ],
  [{ code: "empty", message: "The message has no text." }, "21602", "21619"],
  [
    {
      code: "unusable-sender",
      message: "The account can't send from this number. An administrator must check the number at Twilio.",
    },
    "21606",
    "21659",
    "21660",
    "21661",
    "63007",
  ],
  [
    {
      code: "opted-out",
      message: "The customer has texted STOP to this number. They must text START before it can write to them again.",
      consequence: "opted-out",
    },
    "21610",
  ],
  [
    { code: "no-route", message: "Twilio has no route from our number to this one. Write on another channel." },
    "21612",
  ],
  [{ code: "too-long", message: "The text is longer than 1,600 characters. Send it in parts." }, "21617"],
  [
    {
      code: "file-not-taken",
      message: "A file could not be fetched, or its kind is not taken. Send another file, or the text alone.",
    },
    "11200",
    "12300",
    "21620",
    "63019",
  ],
  [
    {
      code: "file-too-large",
      message: "The files are larger than the carrier takes. Send smaller ones, or fewer at once.",
    },
    "11751",
    "21623",
    "30019",
    "63034",
  ],
  [
    {
      code: "template-not-taken",
      message:
        "The template, or what stands in its gaps, is not what was approved. An administrator must check it at Twilio.",
    },
    "21655",
    "21656",
    "63027",
    "63028",
    "63029",
    "63030",
  ],
  [
    {
      code: "account-suspended",
      message: "The Twilio account is suspended. An administrator must contact Twilio.",
    },
    "30002",
  ],
  [{ code: "queue-full", message: "Too many texts were waiting at Twilio. Send it again in a few minutes." }, "30001"],
  [
    {
      code: "unreachable",
      message: "The phone could not be reached: off, without signal, or it takes no texts. Try later.",
    },
    "30003",
  ],
  [
    {
      code: "blocked",
      message: "The customer or their carrier blocks messages from this number. Write on another channel.",
    },
    "30004",
    "63014",
  ],
  [
    { code: "unknown-number", message: "The number does not exist or is out of service. Check it with the customer." },
    "30005",
  ],
  [
    { code: "filtered", message: "A carrier filtered the text as spam. Write it in other words, without links." },
    "30007",
  ],
  [
    { code: "not-delivered", message: "The carrier did not deliver the text and gives no reason. Try once more." },
    "30008",
  ],
  [
    {
      code: "unregistered-sender",
      message:
        "Carriers block this number because it is not registered. An administrator must finish its registration at Twilio.",
    },
    "30032",
    "30034",
  ],
  [
    {
      code: "rejected-content",
      message: "WhatsApp does not take this content. Write it in other words, or send another file.",
    },
    "63005",
    "63013",
    "63021",
  ],
  [
    {
      code: "window-closed",
      message: "The customer has not written for 24 hours. Send a template, or wait until they write.",
    },
    "63016",
  ],
  [
    {
      code: "rate-limited",
      message: "WhatsApp takes no more messages from this number for now. Send it again in a few hours.",
    },
    "63018",
    "63038",
  ],
  [
    {
      code: "not-on-channel",
      message: "This number has no WhatsApp, or one too old to get the message. Write on another channel.",
    },
    "63024",
  ],
  [
    {
      code: "withheld",
      message: "WhatsApp chose not to deliver this message to this customer. Write on another channel.",
    },
    "63032",
    "63049",
  ],
]);

/**
 * @param providerCode Twilio's `code` or `ErrorCode`, where it named one
 * @param otherwise what it means when the code is missing or not in the table
 */
export function sendErrorOf(providerCode: string | undefined, otherwise: Meaning): SendError {
  const meaning = (providerCode && meanings.get(providerCode)) || otherwise;
  return providerCode ? { ...meaning, providerCode } : { ...meaning };
}

export const undelivered: Meaning = {
  code: "not-delivered",
  message:
    "Twilio could not deliver the message. Look up the code in Twilio's error dictionary, or write on another channel.",
};
