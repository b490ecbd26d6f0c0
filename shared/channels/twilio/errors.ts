import type { SendError } from "../../core/message.ts";

type Meaning = Omit<SendError, "providerCode">;

const optedOut: Meaning = {
  code: "opted-out",
  message: "The customer has texted STOP to this number. They must text START before it can write to them again.",
};
const invalidAddress: Meaning = {
  code: "invalid-address",
  message: "This is no phone number that can get texts. Check it with the customer or write on another channel.",
};
const unusableSender: Meaning = {
  code: "unusable-sender",
  message: "The account can't send texts from this number. An administrator must check the number at Twilio.",
};
const unregisteredSender: Meaning = {
  code: "unregistered-sender",
  message:
    "Carriers block this number because it is not registered. An administrator must finish its registration at Twilio.",
};
const landline: Meaning = {
  code: "landline",
  message: "The number is a landline or its carrier takes no texts. Call the customer or write on another channel.",
};

/** What a person should know or do, by Twilio's code. @see https://www.twilio.com/docs/api/errors */
const meanings = new Map<string, Meaning>([
  [
    "20003",
    {
      code: "credentials",
      message: "Twilio does not take our credentials. An administrator must renew the Twilio secret.",
    },
  ],
  [
    "20429",
    { code: "throttled", message: "Twilio takes no more for the moment. The message is sent again by itself." },
  ],
  ["21211", invalidAddress],
  ["21265", invalidAddress],
  ["21266", { code: "own-address", message: "The customer's number is the one that we send from." }],
  [
    "21408",
    {
      code: "region-not-allowed",
      message:
        "Texts to this country are switched off. An administrator can allow it in Twilio's geographic permissions.",
    },
  ],
  ["21602", { code: "empty", message: "The message has no text." }],
  ["21606", unusableSender],
  ["21610", optedOut],
  [
    "21612",
    { code: "no-route", message: "Twilio has no route from our number to this one. Write on another channel." },
  ],
  ["21614", invalidAddress],
  ["21617", { code: "too-long", message: "The text is longer than 1,600 characters. Send it in parts." }],
  ["21635", landline],
  ["21659", unusableSender],
  ["21660", unusableSender],
  ["21661", unusableSender],
  ["30001", { code: "queue-full", message: "Too many texts were waiting at Twilio. Send it again in a few minutes." }],
  [
    "30002",
    { code: "account-suspended", message: "The Twilio account is suspended. An administrator must contact Twilio." },
  ],
  [
    "30003",
    {
      code: "unreachable",
      message: "The phone could not be reached: off, without signal, or it takes no texts. Try later.",
    },
  ],
  [
    "30004",
    {
      code: "blocked",
      message: "The customer or their carrier blocks texts from this number. Write on another channel.",
    },
  ],
  [
    "30005",
    { code: "unknown-number", message: "The number does not exist or is out of service. Check it with the customer." },
  ],
  ["30006", landline],
  [
    "30007",
    { code: "filtered", message: "A carrier filtered the text as spam. Write it in other words, without links." },
  ],
  [
    "30008",
    { code: "not-delivered", message: "The carrier did not deliver the text and gives no reason. Try once more." },
  ],
  ["30032", unregisteredSender],
  ["30034", unregisteredSender],
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
    "Twilio could not deliver the text. Look up the code in Twilio's error dictionary, or write on another channel.",
};
