import { meaningsOf, type Meaning } from "../meanings.ts";
import { maintenance, noAnswer, throttled } from "../meta/errors.ts";

const template = (message: string): Meaning => ({ code: "template-refused", message });
const account = (message: string): Meaning => ({ code: "account-restricted", message });
const field: Meaning = {
  code: "refused",
  message: "WhatsApp found a field of the message missing or wrong. An administrator must look into it.",
};
const notNow: Meaning = {
  code: "not-delivered",
  message: "WhatsApp chose not to deliver it for the moment. Try again later or write on another channel.",
};

/**
 * What a person should know or do, by the codes that only WhatsApp has.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 */
export const meanings = meaningsOf([
  [throttled, "130429", "131056"],
  [notNow, "130472", "131049"],
  [noAnswer, "131000", "131016", "133004"],
  [account("Our access token may not send from this number. An administrator must give it the permission."), "131005"],
  [field, "131008", "131009"],
  [{ code: "own-address", message: "The customer's number is the one that we send from." }, "131021"],
  [
    {
      code: "unreachable",
      message:
        "WhatsApp can't deliver to this number: it has no WhatsApp, an old version, or has not accepted the terms. Write on another channel.",
      consequence: "unreachable",
    },
    "131026",
  ],
  [
    {
      code: "not-on-test-list",
      message:
        "Our WhatsApp number is a test number, and the customer's is not on its list. An administrator must add it.",
    },
    "131030",
  ],
  [account("Meta lets our WhatsApp account write to nobody in this country. Write on another channel."), "130497"],
  [account("Meta has locked our WhatsApp account. An administrator must look into it at Meta."), "131031"],
  [account("Our number needs an approved display name. An administrator must set one at Meta."), "131037"],
  [account("Our WhatsApp account has a problem with payment. An administrator must see to it at Meta."), "131042"],
  [account("Our number is not registered at WhatsApp. An administrator must register it."), "131045"],
  [
    {
      code: "window-closed",
      message: "More than 24 hours have passed since the customer wrote. Send a template, or write on another channel.",
    },
    "131047",
  ],
  [
    {
      code: "spam-limit",
      message:
        "WhatsApp limits our number because customers blocked or reported it. An administrator must check its quality at Meta.",
    },
    "131048",
  ],
  [
    {
      code: "marketing-stopped",
      message:
        "The customer has stopped our advertisements in WhatsApp, and only they can allow them again. Send a template that is none, or answer freely within 24 hours after they write.",
    },
    "131050",
  ],
  [{ code: "not-taken", message: "WhatsApp does not take messages of this kind." }, "131051"],
  [
    {
      code: "file-refused",
      message: "WhatsApp could not fetch or take the file. Check its type and size, and send it again.",
    },
    "131053",
  ],
  [maintenance, "131057"],
  [
    { code: "not-taken", message: "This template needs the customer's number, and we know only their user id." },
    "131062",
  ],
  [template("The template has another number of gaps. An administrator must correct it in router.yaml."), "132000"],
  [template("WhatsApp has no approved template of this name and language. An administrator must check it."), "132001"],
  [template("The template is too long with what was filled in. Fill in less."), "132005"],
  [template("WhatsApp found that what was filled in breaks its rules. Fill in something else."), "132007"],
  [template("What was filled in is not of the form that the template wants. Fill in something else."), "132012"],
  [template("WhatsApp has paused the template, since customers disliked it. Choose another."), "132015"],
  [template("WhatsApp has switched the template off, since customers disliked it. Choose another."), "132016"],
  [account("Our number is not registered at WhatsApp. An administrator must register it."), "133010"],
]);

export const undelivered: Meaning = {
  code: "not-delivered",
  message: "WhatsApp could not deliver the message. Look up the code in Meta's list, or write on another channel.",
};
