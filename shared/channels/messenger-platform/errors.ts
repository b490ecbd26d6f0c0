import { noAnswer, type Meaning, type Meanings } from "../meta/errors.ts";

const windowClosed: Meaning = {
  code: "window-closed",
  message:
    "More than 24 hours have passed since the customer last wrote. Wait until they write again, or write on another channel.",
};
const unavailable: Meaning = {
  code: "unavailable",
  message: "The customer gets no messages from us at the moment: they may have blocked us. Write on another channel.",
};
const restricted: Meaning = {
  code: "account-restricted",
  message: "Meta keeps us from sending for breaking a policy. An administrator must look into it at Meta.",
};
const unknownAddress: Meaning = {
  code: "unknown-address",
  message: "Meta knows nobody by this id at our account. Write on another channel.",
  consequence: "unreachable",
};
const notLinked: Meaning = {
  code: "unusable-sender",
  message: "The page and the Instagram account are not linked any more. An administrator must link them again at Meta.",
};
const inOtherHands: Meaning = {
  code: "in-other-hands",
  message:
    "Another app or an automated flow at Meta has this conversation in hand. Try again later, or take it over in Meta's inbox.",
};
const notFetched: Meaning = {
  code: "file-not-fetched",
  message: "Meta could not fetch the file from our link. Send it again in a few minutes.",
};
const wrongFile: Meaning = {
  code: "file-not-taken",
  message: "Meta does not take this file: it is not what its type says, or not of a type that it knows. Send another.",
};

/**
 * What a person should know or do, by Meta's code and subcode.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes
 */
export const meanings: Meanings = new Map<string, Meaning>([
  ["10/2018065", windowClosed],
  ["10/2018278", windowClosed],
  ["10/2534022", windowClosed],
  ["10/2018108", unavailable],
  ["200/1545041", unavailable],
  ["551", unavailable],
  ["10/1893063", restricted],
  ["100/2534029", restricted],
  ["2022", restricted],
  ["10/2534077", notLinked],
  ["100/2534013", notLinked],
  ["100/2018001", unknownAddress],
  ["100/2534014", unknownAddress],
  ["100/2534037", inOtherHands],
  ["2018300", inOtherHands],
  ["2018321", inOtherHands],
  ["100/2018008", notFetched],
  ["100/2018294", notFetched],
  ["100/2018047", wrongFile],
  ["100/2534015", wrongFile],
  ["100/2018109", { code: "file-too-large", message: "The file is larger than Meta takes. Send a smaller one." }],
  [
    "613/2018338",
    {
      code: "too-many-late-answers",
      message: "Meta finds our late answers to this customer a nuisance. Wait until they write again.",
    },
  ],
  [
    "200/2534041",
    {
      code: "not-permitted",
      message:
        "The Instagram account does not let our app read or send messages. Its owner must allow it in the app's settings.",
    },
  ],
  // "Temporary send message failure": not even Meta says that nothing went out.
  ["1200", noAnswer],
]);
