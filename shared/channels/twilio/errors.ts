import type { SendError } from "../../core/message.ts";
import { retryAfterMs } from "../hand-over.ts";
import { meaningsOf, type Meaning } from "../meanings.ts";

const credentials: Meaning = {
  code: "credentials",
  message: "Twilio does not take our credentials. An administrator must renew the Twilio secret.",
};
const suspended: Meaning = {
  code: "account-suspended",
  message: "The Twilio account is suspended, closed, or may not send. An administrator must see to it at Twilio.",
};
const throttled: Meaning = {
  code: "throttled",
  message: "Twilio takes no more for the moment.",
};
const tooManyAtOnce: Meaning = {
  code: "too-many-at-once",
  message: "More messages went to this customer within half a minute than Twilio lets through. Send it again.",
};
const queueFull: Meaning = {
  code: "queue-full",
  message: "Too many texts were waiting at Twilio. Send it again in a few minutes.",
};
const limited: Meaning = {
  code: "rate-limited",
  message: "WhatsApp takes no more messages from this number for now. Send it again in a few hours.",
};
const dailyLimit: Meaning = {
  code: "daily-limit",
  message:
    "The Twilio account has sent all that it may in 24 hours. Send it again tomorrow, or have an administrator ask Twilio for more.",
};

/**
 * What a person should know or do, with the codes by which Twilio says it. A consequence stands only where the code's page
 * says that nothing will arrive there: a landline, a number that is none, a recipient who stopped messages.
 *
 * @see https://www.twilio.com/docs/api/errors and the page of each code, e.g. https://www.twilio.com/docs/api/errors/63016
 */
const meanings = meaningsOf([
  [credentials, "20003"],
  [suspended, "10001", "20005", "20403", "30002", "30037", "90010"],
  [throttled, "20429", "63017"],
  [tooManyAtOnce, "14107"],
  [queueFull, "21611", "30001"],
  [limited, "63018"],
  [
    {
      code: "carrier-limited",
      message: "The carriers take no more texts from this number for now. Send it again in a few hours.",
    },
    "30017",
    "30022",
    "30023",
    "30450",
    "30453",
    "30454",
  ],
  [dailyLimit, "63038"],
  [
    {
      code: "trial-account",
      message:
        "Twilio's trial accounts and its WhatsApp sandbox write only to people who were added there. An administrator must upgrade the account.",
    },
    "21608",
    "63015",
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
    "21212",
    "21601",
    "21606",
    "21607",
    "21659",
    "21660",
    "21661",
    "21910",
    "63001",
    "63002",
    "63007",
    "63008",
    "63020",
    "63022",
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
    "30011",
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
      code: "expired",
      message: "It waited at Twilio for four hours, and was given up before it went out. Send it again.",
    },
    "30036",
  ],
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
    "30410",
    "30500",
  ],
  [
    {
      code: "unregistered-sender",
      message:
        "Carriers block this number because it is not registered. An administrator must finish its registration at Twilio.",
    },
    "30024",
    "30032",
    "30033",
    "30034",
    "30035",
  ],
  [
    {
      code: "rejected-content",
      message: "WhatsApp does not take this content. Write it in other words, or send another file.",
    },
    "63005",
    "63006",
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
    { code: "not-delivered", message: "WhatsApp did not take the message and gives no reason. Try once more." },
    "63009",
    "63010",
    "63012",
    "63023",
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
 * In milliseconds, where Twilio names none. A person can mend the account, and a queue gets shorter, so the reply waits rather
 * than fails for good; what a day's limit holds back is a person's at once.
 */
const pauses = new Map([
  [credentials.code, retryAfterMs.secret],
  [suspended.code, retryAfterMs.secret],
  [throttled.code, 1_000],
  [tooManyAtOnce.code, 30_000],
  [queueFull.code, 60_000],
  [limited.code, 60_000],
  [dailyLimit.code, 60 * 60 * 1000],
]);

/** How long to wait before the same is sent again; undefined where it never is. */
export const pauseMsOf = ({ code }: Meaning): number | undefined => pauses.get(code);
export const isOfCredentials = ({ code }: Meaning): boolean => code === credentials.code;

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
