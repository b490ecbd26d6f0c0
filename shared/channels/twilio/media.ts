import type { MediaReference } from "../../core/message.ts";
import { MediaRefused, type MediaLocation } from "../../ports/media.ts";
import type { ChannelMedia } from "../channel.ts";
import { readAccounts } from "./account.ts";
import { authorization } from "./api.ts";

const file =
  /^https:\/\/api\.twilio\.com\/2010-04-01\/Accounts\/(AC[0-9a-fA-F]{32})\/Messages\/[SM]M[0-9a-fA-F]{32}\/Media\/ME[0-9a-fA-F]{32}$/;

/**
 * Customers' files: Twilio's API takes our credentials and leads on to where the file lies, which takes none.
 *
 * @see https://www.twilio.com/docs/messaging/api/media-resource
 * @see https://help.twilio.com/articles/223183748 (mms.twiliocdn.com; s3-external-1.amazonaws.com without authentication)
 */
export const media: ChannelMedia = {
  hosts: ["api.twilio.com", "mms.twiliocdn.com", "media.twiliocdn.com", "s3-external-1.amazonaws.com"],
  credentialHosts: ["api.twilio.com"],
  async locate({ url = "" }: MediaReference, { secret }): Promise<MediaLocation> {
    const accountSid = file.exec(url)?.[1];
    if (accountSid === undefined) throw new MediaRefused("The link is not one of Twilio's to a file.");
    const account = readAccounts(secret).find((each) => each.accountSid === accountSid);
    if (!account) throw new MediaRefused("The file belongs to a Twilio account that is not ours any more.");
    return { url, headers: { authorization: authorization(account) } };
  },
};
