import type { MessageInstance } from "twilio/lib/rest/api/v2010/account/message.js";
import { limits } from "../../core/limits.ts";
import { HttpNotSent, HttpOutcomeUnknown } from "../../ports/http.ts";
import type { ChannelPorts, LookupRequest, LookupResult } from "../channel.ts";
import { accountOf } from "./account.ts";
import { messageList, TwilioRefusal } from "./api.ts";
import { withPrefix, type Carriage } from "./carriage.ts";
import { sendErrorOf, undelivered } from "./errors.ts";
import { mayLackItsFiles, statuses } from "./statuses.ts";

const pageSize = 100;
const maxPages = 10;
/** Between our clock and Twilio's, whose times are in whole seconds. */
const clockSkewMs = 5_000;
/** The list's order among messages of about the same time is not documented. */
const orderSlackMs = 60 * 60 * 1000;
/** As we send; what Twilio answers by itself is a reply (Message resource, "Direction"). */
const throughApi = "outbound-api";
/** What Twilio puts before every text of a trial account. */
const trialPrefix = "Sent from your Twilio trial account - ";

/**
 * Looks for a send whose answer was lost. A message of Twilio's carries no reference of ours, so it is recognised by
 * numbers, text, files and time; what another send of ours owns is left out. Two that look alike decide nothing, nor does one
 * that reads otherwise and that nobody owns.
 *
 * The list is not narrowed by DateSent: a message that still waits at Twilio has none, and would seem absent.
 *
 * @see https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources
 */
export async function lookup(
  request: LookupRequest,
  { http }: Pick<ChannelPorts, "http">,
  carriage: Carriage,
): Promise<LookupResult> {
  const account = accountOf(request.secret, request.inbox.address);
  if (!account) return undecided(`no Twilio account lists the number ${request.inbox.address}`);
  const since = request.attemptedAt - clockSkewMs;
  const until = request.attemptedAt + limits.sendAbsenceProvenAfterMs;
  try {
    const [to, from] = [withPrefix(request.to, carriage), withPrefix(request.inbox.address, carriage)];
    let page = await messageList(account, http).page({ to, from, pageSize });
    const candidates: MessageInstance[] = [];
    for (let pages = 1; ; pages += 1) {
      candidates.push(...page.instances.filter((message) => isWithin(message, since, until)));
      const last = page.instances.at(-1);
      const wentBackFarEnough = !last || (createdAt(last) ?? since) < since - orderSlackMs;
      if (wentBackFarEnough || !page.nextPageUrl) return await judge(candidates, request);
      if (pages === maxPages) return undecided(`more than ${maxPages * pageSize} messages to look through`);
      page = (await page.nextPage()) as typeof page;
    }
  } catch (error) {
    if (error instanceof TwilioRefusal || error instanceof HttpNotSent || error instanceof HttpOutcomeUnknown)
      return undecided(`Twilio's list could not be read: ${error.message}`);
    throw error;
  }
}

function isWithin(message: MessageInstance, since: number, until: number): boolean {
  const created = createdAt(message);
  return message.direction.startsWith("outbound") && (created === undefined || (created >= since && created <= until));
}

/** Twilio's schema lets the time be null: such a message can't be ruled out. */
const createdAt = (message: MessageInstance): number | undefined =>
  message.dateCreated instanceof Date ? message.dateCreated.getTime() : undefined;

async function judge(candidates: MessageInstance[], request: LookupRequest): Promise<LookupResult> {
  const unclaimed: MessageInstance[] = [];
  for (const message of candidates)
    if (isSameKind(message, request) && !(await request.isTaken(message.sid))) unclaimed.push(message);
  const alike = unclaimed.filter((message) => mayBe(message, request));
  if (alike.length > 1) return undecided(`${alike.length} messages look like this one`);
  const [found] = alike;
  if (found && !reads(found, request)) return undecided(whyUnread(found));
  if (found) return foundAs(found);
  // Somebody may have sent it by other means, or Twilio may have changed our text.
  if (unclaimed.some(({ direction }) => direction === throughApi))
    return undecided("Twilio lists a message of that time that no send of ours owns");
  return request.now - request.attemptedAt >= limits.sendAbsenceProvenAfterMs
    ? { outcome: "absent" }
    : undecided("Twilio may still list it");
}

const isSameKind = ({ numMedia, status }: MessageInstance, { media }: LookupRequest): boolean => {
  const hasFiles = Number(numMedia) > 0;
  return hasFiles === media.length > 0 || (!hasFiles && mayLackItsFiles(status));
};

/** A text shows in full; one that the account redacts shows nothing, and a template may read otherwise than we know it. */
const mayBe = (message: MessageInstance, request: LookupRequest): boolean =>
  reads(message, request) || !message.body || request.template !== undefined;

function reads({ body }: MessageInstance, request: LookupRequest): boolean {
  const text = compared(request.text.toWellFormed());
  return [text, compared(trialPrefix + text)].includes(compared(body ?? ""));
}

/** Whether Twilio keeps line ends, and white space around a text, as they were is not documented. */
const compared = (text: string): string => text.replaceAll("\r\n", "\n").trim();

const whyUnread = ({ body }: MessageInstance): string =>
  body ? "Twilio lists a message that may be the template" : "Twilio hides the texts of this account";

function foundAs(message: MessageInstance): LookupResult {
  const status = statuses.get(message.status) ?? "sent";
  const found = { outcome: "found" as const, providerId: message.sid, status };
  if (status !== "failed") return found;
  return { ...found, error: sendErrorOf(message.errorCode ? String(message.errorCode) : undefined, undelivered) };
}

const undecided = (reason: string): LookupResult => ({ outcome: "undecided", reason });
