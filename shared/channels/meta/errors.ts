import type { SendError } from "../../core/message.ts";
import { meaningsOf, type Meaning, type Meanings } from "../meanings.ts";

const credentials: Meaning = {
  code: "credentials",
  message: "Meta does not take our access token. An administrator must renew it in the Meta secret.",
};
/** For codes of one channel too. */
export const throttled: Meaning = {
  code: "throttled",
  message: "Meta takes no more for the moment.",
};
/** For codes of one channel too. */
export const maintenance: Meaning = {
  code: "maintenance",
  message: "Meta has our account in maintenance.",
};
const notPermitted: Meaning = {
  code: "not-permitted",
  message: "Our Meta app may not send from this inbox. An administrator must check the app's permissions at Meta.",
};
/** Its outcome is unknown. */
export const noAnswer: Meaning = {
  code: "no-answer",
  message: "Meta had a fault of its own, and did not say whether it took the message.",
};

/**
 * What a person should know or do, by the codes that all of the Graph API shares.
 *
 * @see https://developers.facebook.com/docs/graph-api/guides/error-handling#errorcodes
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
const shared = meaningsOf([
  [credentials, "0", "102", "190"],
  [noAnswer, "1", "2"],
  [notPermitted, "3", "10", "200"],
  [throttled, "4", "17", "32", "613", "80007"],
  [
    { code: "unusable-sender", message: "This inbox does not exist at Meta any more. An administrator must check it." },
    "33",
  ],
  [{ code: "refused", message: "Meta found a field of the message wrong. An administrator must look into it." }, "100"],
  [
    {
      code: "account-restricted",
      message: "Meta has restricted our account for breaking a policy. An administrator must look into it at Meta.",
    },
    "368",
  ],
]);

/** It was not processed, and the same may be sent again. */
export const isThrottled = ({ code }: Meaning): boolean => code === throttled.code;
/** The same, but it takes longer. */
export const isInMaintenance = ({ code }: Meaning): boolean => code === maintenance.code;
export const isOfCredentials = ({ code }: Meaning): boolean => code === credentials.code;
/** Whatever its status: after a fault on Meta's side the message may be out or not. */
export const isDoubtful = ({ code }: Meaning): boolean => code === noAnswer.code;

/** Meta's code and subcode, where it named them. */
export interface GraphError {
  code: number | undefined;
  subcode?: number | undefined;
}

/**
 * @param own the channel's own meanings, which come before those of the Graph API: by code, or by code and subcode as
 *   `10/2018278`, which is looked for first
 * @param otherwise what it means when no table has the code
 */
export function sendErrorOf(error: GraphError, own: Meanings, otherwise: Meaning): SendError {
  const { code, subcode } = error;
  if (code === undefined) return { ...otherwise };
  const meaning = meaningOf(error, own) ?? otherwise;
  return { ...meaning, providerCode: subcode === undefined ? String(code) : `${code}/${subcode}` };
}

/** @returns undefined where no table has the code */
export const meaningOf = ({ code, subcode }: GraphError, own: Meanings): Meaning | undefined =>
  code === undefined
    ? undefined
    : (meaningIn(own, code, subcode) ?? meaningIn(shared, code, subcode) ?? permissionOf(code));

const meaningIn = (table: Meanings, code: number, subcode: number | undefined): Meaning | undefined =>
  table.get(`${code}/${subcode}`) ?? table.get(String(code));

/** 200 to 299 are all missing permissions. */
const permissionOf = (code: number): Meaning | undefined => (code >= 200 && code <= 299 ? notPermitted : undefined);
