import * as z from "zod/mini";
import { secretOf } from "../secret.ts";

/** One Twilio account (or subaccount) of ours, as the secret holds it. */
export interface TwilioAccount {
  /** AC and 32 hexadecimal digits */
  accountSid: string;
  authToken: string;
  /** while the token is being rotated: what Twilio may still sign with */
  previousAuthToken?: string | undefined;
  /** our numbers (E.164) of this account; may be left out where there is only one account */
  numbers?: string[] | undefined;
}

const secretSchema = z.strictObject({
  accounts: z.array(
    z.strictObject({
      accountSid: z.string().check(z.regex(/^AC[0-9a-fA-F]{32}$/)),
      authToken: z.string().check(z.minLength(1)),
      previousAuthToken: z.optional(z.string().check(z.minLength(1))),
      numbers: z.optional(z.array(z.string())),
    }),
  ),
});

/** @throws when the secret is not of the form `{"accounts":[{"accountSid","authToken",…}]}`; names the field, never its value */
export const readAccounts = (secret: unknown): TwilioAccount[] =>
  secretOf(secretSchema, secret, {
    what: "The Twilio secret",
    form: '{"accounts":[{"accountSid":"AC…","authToken":"…"}]}',
  }).accounts;

/** The account that sends from `number`: the one that lists it, or the only account where that lists none. */
export function accountOf(secret: unknown, number: string): TwilioAccount | undefined {
  const accounts = readAccounts(secret);
  const listing = accounts.find((account) => account.numbers?.includes(number));
  return listing ?? (accounts.length === 1 && !accounts[0]!.numbers ? accounts[0] : undefined);
}
