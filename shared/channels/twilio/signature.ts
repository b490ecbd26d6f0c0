import { validateRequest, validateRequestWithBody } from "twilio/lib/webhooks/webhooks.js";
import { limits } from "../../core/limits.ts";
import type { Verified, VerifyContext, WebhookRequest } from "../channel.ts";
import { readAccounts, type TwilioAccount } from "./account.ts";
import { hasFieldsBeyond, isForm, readForm, type Form } from "./form.ts";
import { statusPath } from "./inbound.ts";

/**
 * Whether Twilio signed this request for one of our URLs.
 *
 * The work is the twilio package's own validator, which compares in constant time and knows the URL's variants (with and
 * without port). A form is signed with its parameters; any other body by its SHA-256 in the query (`bodySHA256`).
 *
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-security
 * @throws when the secret can't be used
 */
export function verify(request: WebhookRequest, context: VerifyContext): Verified {
  const signature = request.headers["x-twilio-signature"];
  if (!signature) return refused("the header X-Twilio-Signature is missing");
  // Anybody may send one, and sorting its fields for the signature costs more than all else.
  if (hasFieldsBeyond(limits.maxFormFields, request))
    return refused(`the form has more than ${limits.maxFormFields} fields`);
  const form = isForm(request) ? readForm(request.body) : undefined;
  if (!form && !new URLSearchParams(request.rawQuery).has("bodySHA256"))
    return refused("the body is no form, and its hash is not part of the signed URL");

  const ours = readAccounts(context.secret);
  const accounts = accountsOf(form, ours);
  if (accounts.length === 0) return refused("AccountSid names none of our accounts");

  const query = request.rawQuery === "" ? "" : `?${request.rawQuery}`;
  const urls = context.publicUrls.map((origin) => `${origin.replace(/\/+$/, "")}${request.path}${query}`);
  const signed = tokensOf(accounts).some((token) =>
    urls.some((url) =>
      form
        ? validateRequest(token, signature, url, Object.fromEntries(form))
        : validateRequestWithBody(token, signature, url, request.body),
    ),
  );
  if (!signed) return refused(`X-Twilio-Signature is not that of this request at ${context.publicUrls.join(" or ")}`);
  if (!form) return { ok: true };
  const number = ownNumber(form, request);
  // Where there are several accounts, it says whose message the report is about.
  if (number === "" && ours.length > 1 && statusPath.test(request.path))
    return refused("the report does not say from which of our numbers the message went out");
  return isOfAnother(number, accounts, ours) ? refused("the number belongs to another account of ours") : { ok: true };
}

const refused = (reason: string): Verified => ({ ok: false, reason });

/**
 * Only the account that a form names may have signed it, or one customer of ours could write in another's name. What names no
 * account may be signed by any of ours; `parse` then says what is missing.
 */
function accountsOf(form: Form | undefined, ours: TwilioAccount[]): TwilioAccount[] {
  const named = form?.get("AccountSid");
  return named ? ours.filter((account) => named.every((sid) => sid === account.accountSid)) : ours;
}

/** Ours of the two: it got a message, or a message went out from it. */
function ownNumber(form: Form, { path }: WebhookRequest): string {
  const [number = ""] = form.get(statusPath.test(path) ? "From" : "To") ?? [];
  return number.replace(/^[a-z]+:/, "");
}

/** One that none lists yet may be anybody's. */
const isOfAnother = (number: string, signing: TwilioAccount[], ours: TwilioAccount[]): boolean => {
  const owners = ours.filter(({ numbers }) => numbers?.includes(number));
  return owners.length > 0 && !owners.some((owner) => signing.includes(owner));
};

const tokensOf = (accounts: TwilioAccount[]): string[] =>
  accounts.flatMap(({ authToken, previousAuthToken }) =>
    previousAuthToken ? [authToken, previousAuthToken] : [authToken],
  );
