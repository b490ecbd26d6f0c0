import * as z from "zod/mini";
import { HttpNotSent, HttpOutcomeUnknown } from "../../ports/http.ts";
import { MediaNotYet, MediaRefused, type MediaLocation } from "../../ports/media.ts";
import type { ChannelMedia } from "../channel.ts";
import { isOfCredentials, sendErrorOf, type GraphError } from "../meta/errors.ts";
import { readJson } from "../json.ts";
import { callGraph, graphErrorOf } from "../meta/graph.ts";
import { accessTokenOf } from "../meta/secret.ts";

const answerSchema = z.object({ url: z.string().check(z.startsWith("https://")) });

const wrongParameter = 100;

/** Where WhatsApp keeps files, for its access tokens alone. */
const hosts = ["lookaside.fbsbx.com"];

/**
 * Files that customers sent: asked for by their id, which Meta knows for 7 days; the address that it answers with is good
 * for 5 minutes.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
 */
export const media: ChannelMedia = {
  hosts,
  credentialHosts: hosts,
  async locate({ providerId }, { inbox, secret }, { http }): Promise<MediaLocation> {
    if (providerId === undefined) throw new MediaRefused("WhatsApp gave the file no id.");
    const accessToken = accessTokenOf(secret, inbox.address);
    if (accessToken === undefined) throw new MediaNotYet("The Meta secret has no access token for this inbox.");
    const path = `/${encodeURIComponent(providerId)}?phone_number_id=${encodeURIComponent(inbox.address)}`;
    const answer = await callGraph({ method: "GET", path, accessToken }, http).catch((error: unknown) => {
      if (error instanceof HttpNotSent || error instanceof HttpOutcomeUnknown)
        throw new MediaNotYet("Meta did not say where the file is.");
      throw error;
    });
    const json = readJson(answer.body);
    const found = z.safeParse(answerSchema, json);
    if (answer.status === 200 && found.success)
      return { url: found.data.url, headers: { authorization: `Bearer ${accessToken}` } };
    throw problemOf(answer.status, graphErrorOf(json));
  },
};

/**
 * Meta refuses an id that it does not know (any more) as a wrong parameter. All else may pass: a fault of Meta's, a rate limit, and
 * what an administrator can mend, such as a token or a permission, whatever status it comes with.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes (100)
 */
function problemOf(status: number, given: GraphError): MediaRefused | MediaNotYet {
  if (given.code === wrongParameter && status < 500)
    return new MediaRefused("WhatsApp has the file no more: it keeps a customer's for 7 days.");
  const error = sendErrorOf(given, new Map(), { code: "refused", message: "" });
  const code = error.providerCode === undefined ? "" : ` (${error.providerCode})`;
  const advice = isOfCredentials(error) ? `: ${error.message}` : ".";
  return new MediaNotYet(`Meta answered ${status}${code} when asked for the file${advice}`);
}
