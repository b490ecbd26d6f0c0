import { meaningsOf } from "../meanings.ts";
import { noAnswer } from "../meta/errors.ts";

/**
 * What a person should know or do, by Meta's code and subcode.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes
 */
export const meanings = meaningsOf([
  [
    {
      code: "window-closed",
      message:
        "More than 24 hours have passed since the customer last wrote. Wait until they write again, or write on another channel.",
    },
    "10/2018065",
    "10/2018278",
    "10/2534022",
  ],
  [
    {
      code: "unavailable",
      message:
        "The customer gets no messages from us at the moment: they may have blocked us. Write on another channel.",
    },
    "10/2018108",
    "200/1545041",
    "551",
  ],
  [
    {
      code: "account-restricted",
      message: "Meta keeps us from sending for breaking a policy. An administrator must look into it at Meta.",
    },
    "10/1893063",
    "100/2534029",
    "2022",
  ],
  [
    {
      code: "unusable-sender",
      message:
        "The page and the Instagram account are not linked any more. An administrator must link them again at Meta.",
    },
    "10/2534077",
    "100/2534013",
  ],
  [
    {
      code: "unknown-address",
      message: "Meta knows nobody by this id at our account. Write on another channel.",
      consequence: "unreachable",
    },
    "100/2018001",
    "100/2534014",
  ],
  [
    {
      code: "in-other-hands",
      message:
        "Another app or an automated flow at Meta has this conversation in hand. Try again later, or take it over in Meta's inbox.",
    },
    "100/2534037",
    "2018300",
    "2018321",
  ],
  [
    {
      code: "file-not-fetched",
      message: "Meta could not fetch the file from our link. Send it again in a few minutes.",
    },
    "100/2018008",
    "100/2018294",
  ],
  [
    {
      code: "file-not-taken",
      message:
        "Meta does not take this file: it is not what its type says, or not of a type that it knows. Send another.",
    },
    "100/2018047",
    "100/2534015",
  ],
  [{ code: "file-too-large", message: "The file is larger than Meta takes. Send a smaller one." }, "100/2018109"],
  [
    {
      code: "too-many-late-answers",
      message: "Meta finds our late answers to this customer a nuisance. Wait until they write again.",
    },
    "613/2018338",
  ],
  [
    {
      code: "not-permitted",
      message:
        "The Instagram account does not let our app read or send messages. Its owner must allow it in the app's settings.",
    },
    "200/2534041",
  ],
  // "Temporary send message failure": not even Meta says that nothing went out.
  [noAnswer, "1200"],
]);
