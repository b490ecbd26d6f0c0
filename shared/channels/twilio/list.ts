import type { MessageInstance } from "twilio/lib/rest/api/v2010/account/message.js";
import type { Configuration } from "../../core/configuration.ts";
import { limits } from "../../core/limits.ts";
import type { InboundMessage, MediaReference } from "../../core/message.ts";
import { isoTime } from "../../ports/clock.ts";
import type { Http } from "../../ports/http.ts";
import type { ChannelPorts, InboundListRequest } from "../channel.ts";
import { accountOf, type TwilioAccount } from "./account.ts";
import { messageList } from "./api.ts";
import { prefixOf, sender, withoutPrefix, withPrefix, type Carriage } from "./carriage.ts";
import { addressed } from "./inbound.ts";
import { optOutWordOf } from "../opt-out-words.ts";

/** Twilio's most (Message resource, "PageSize"). */
const pageSize = 1_000;

/**
 * What customers have sent to a number since then, as Twilio's own list has it, oldest first: the text, the files and the
 * time, but nothing of what only the webhook says (a button's id, a place, the message that it answers). What is left out is
 * told in the log.
 *
 * @see https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
 * @throws TwilioRefusal, HttpNotSent or HttpOutcomeUnknown where a page could not be read; Error where no account lists the number
 */
export async function listInbound(
  { inbox, secret, since }: InboundListRequest,
  { http, log }: Pick<ChannelPorts, "http" | "log">,
  config: Configuration,
  carriage: Carriage,
): Promise<InboundMessage[]> {
  const account = accountOf(secret, inbox.address);
  if (!account) throw new Error(`No Twilio account lists the number of inbox ${inbox.id}: add it to the secret.`);
  const received: MessageInstance[] = [];
  const to = withPrefix(inbox.address, carriage);
  let page = await messageList(account, http).page({ to, dateSentAfter: new Date(since), pageSize });
  for (let read = page.instances.length; ; read += page.instances.length) {
    received.push(...page.instances.filter((message) => isReceived(message, since)));
    if (!page.nextPageUrl) break;
    if (read >= limits.maxReconciledMessages)
      throw new Error(`Inbox ${inbox.id} has more than ${limits.maxReconciledMessages} messages to compare.`);
    page = (await page.nextPage()) as typeof page;
  }
  const messages: InboundMessage[] = [];
  const leftOut: string[] = [];
  for (const message of received.toReversed()) {
    const from = senderOf(message, carriage);
    if (from === undefined) leftOut.push(message.sid);
    else messages.push(await asInbound(message, { from, to: inbox.address }, { account, http, config, carriage }));
  }
  const [first] = leftOut;
  if (first) log.warn("twilio.left-out", { inboxId: inbox.id, count: leftOut.length, first });
  return messages;
}

/** @returns undefined where it names none, or is a message of another kind */
function senderOf({ from, to }: MessageInstance, carriage: Carriage): string | undefined {
  if (prefixOf(to ?? "", from ?? "") !== carriage.prefix) return undefined;
  const address = withoutPrefix(from ?? "", carriage);
  return address !== undefined && sender.pattern.test(address) ? address : undefined;
}

/** Twilio's schema lets either time be null. */
const timeOf = ({ dateSent, dateCreated }: MessageInstance): number | undefined =>
  [dateSent, dateCreated].find((date) => date instanceof Date)?.getTime();

const isReceived = (message: MessageInstance, since: number): boolean =>
  message.direction === "inbound" && (timeOf(message) ?? since) >= since;

interface Listing {
  account: TwilioAccount;
  http: Http;
  config: Configuration;
  carriage: Carriage;
}

async function asInbound(
  message: MessageInstance,
  addresses: { from: string; to: string },
  { account, http, config, carriage }: Listing,
): Promise<InboundMessage> {
  const at = timeOf(message);
  const text = (message.body ?? "").replaceAll("\0", "");
  const optOut = optOutWordOf(text, carriage.optOutWords);
  const media = Number(message.numMedia) > 0 ? await mediaOf(message.sid, account, http) : [];
  return {
    ...addressed({ accountId: account.accountSid, providerId: message.sid, ...addresses }, config, carriage),
    text,
    media,
    ...(at !== undefined && { providerTime: isoTime(at) }),
    // A place, say: that there was something is all that the list knows.
    ...(text === "" && media.length === 0 && { marks: ["unsupported"] }),
    ...(optOut && { optOut }),
  };
}

/** At most ten, so always on the first page. */
async function mediaOf(sid: string, account: TwilioAccount, http: Http): Promise<MediaReference[]> {
  const { instances } = await messageList(account, http).get(sid).media.page();
  return instances.map((file) => ({
    url: `https://api.twilio.com/2010-04-01/Accounts/${account.accountSid}/Messages/${sid}/Media/${file.sid}`,
    contentType: file.contentType,
  }));
}
