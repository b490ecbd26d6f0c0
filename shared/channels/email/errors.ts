import type { SendError } from "../../core/message.ts";
import { meaningsOf, type Meaning } from "../meanings.ts";

const refused: Meaning = {
  code: "refused",
  message: "SES refused the mail. The address and the text should be looked at before it is sent again.",
};

const unverifiedSender: Meaning = {
  code: "unverified-sender",
  message: "SES does not send from this inbox. An administrator must verify its domain in SES.",
};

/** @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html#API_SendRawEmail_Errors */
const refusals = meaningsOf([
  [
    {
      code: "rejected",
      message:
        "SES rejected the mail: an address is not verified, or the content is not allowed. An administrator must check the inbox in SES.",
    },
    "MessageRejected",
  ],
  [unverifiedSender, "MailFromDomainNotVerified"],
  [
    {
      code: "invalid-address",
      message: "SES does not take the address for one. Check it with the customer, or write on another channel.",
    },
    "InvalidParameterValue",
  ],
]);

/** What a person should know or do after a refusal, by SES's code. */
export const refusalOf = (providerCode: string): SendError => ({
  ...(refusals.get(providerCode) ?? refused),
  providerCode,
});

const noSuchMailbox: Meaning = {
  code: "invalid-address",
  message: "There is no mailbox at this address. Check it with the customer, or write on another channel.",
};

/** Subtypes of bounces. @see https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html#bounce-types */
const bounces = meaningsOf([
  [noSuchMailbox, "NoEmail", "General"],
  [
    {
      code: "suppressed",
      message:
        "SES does not send to this address because mail to it bounced before. Check it, or write on another channel.",
    },
    "Suppressed",
  ],
  [
    {
      code: "suppressed",
      message: "The address is on the account's suppression list. An administrator can take it off in SES.",
    },
    "OnAccountSuppressionList",
  ],
]);

export const bounceOf = (subtype: string | undefined): SendError => ({
  ...(bounces.get(subtype ?? "") ?? noSuchMailbox),
  ...(subtype !== undefined && { providerCode: subtype }),
});

export const complained: SendError = {
  code: "complaint",
  message: "The customer's mail program reported the mail as spam. Do not write to this address again unless they ask.",
};

export const rejected: SendError = {
  code: "malware",
  message: "SES found malware in the mail and did not send it.",
};
