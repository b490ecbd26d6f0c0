import * as z from "zod/mini";
import { limits } from "../../core/limits.ts";
import { HttpNotSent, HttpOutcomeUnknown } from "../../ports/http.ts";
import type { ChannelPorts, LookupRequest, LookupResult } from "../channel.ts";
import { readJson } from "../json.ts";
import { callGraph } from "../meta/graph.ts";
import { accessTokenOf } from "../meta/secret.ts";
import { providerIdSchema } from "../provider-id.ts";
import type { Platform } from "./event.ts";

/** Of older messages Meta tells no more than their ids. */
const maxMessages = 20;
/** Between our clock and Meta's, whose times are in whole seconds. */
const clockSkewMs = 5_000;

const listed = z.object({
  id: providerIdSchema,
  created_time: z.string(),
  from: z.object({ id: z.string() }),
  message: z.optional(z.string()),
});
const conversations = z.object({
  data: z.array(
    z.object({
      messages: z.object({
        data: z.array(z.unknown()),
        paging: z.optional(z.object({ next: z.optional(z.string()) })),
      }),
    }),
  ),
});

interface Listed {
  id: string;
  /** milliseconds since 1970 */
  at: number;
  from: string;
  text: string;
}

/**
 * Looks for a send whose echo has not come. The list does not show what we gave along, so a message is recognised by customer,
 * text and time; what another send of ours owns is left out, and two that look alike decide nothing. A file has no text
 * there, so all of our files of that time look alike.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/messenger-platform/conversations
 */
export const lookupOn =
  (platform: Platform) =>
  async (request: LookupRequest, { http }: Pick<ChannelPorts, "http">): Promise<LookupResult> => {
    const accessToken = accessTokenOf(request.secret, request.inbox.address);
    if (accessToken === undefined) return undecided("the Meta secret has no access token for this inbox");
    const query = new URLSearchParams({
      platform: platform.channel,
      user_id: request.to,
      fields: `messages.limit(${maxMessages}){id,created_time,from,message}`,
    });
    try {
      const path = `/${platform.nodeOf(request.inbox)}/conversations?${query}`;
      const answer = await callGraph({ method: "GET", path, accessToken }, http);
      if (answer.status !== 200) return undecided(`Meta's list could not be read: Meta answered ${answer.status}`);
      return await judge(readJson(answer.body), request);
    } catch (error) {
      if (error instanceof HttpNotSent || error instanceof HttpOutcomeUnknown)
        return undecided(`Meta's list could not be read: ${error.message}`);
      throw error;
    }
  };

async function judge(given: unknown, request: LookupRequest): Promise<LookupResult> {
  const [conversation, ...others] = z.safeParse(conversations, given).data?.data ?? [];
  // Whoever may be answered has written, so there is one.
  if (!conversation || others.length > 0) return undecided("Meta does not list the conversation with this customer");
  const { data, paging } = conversation.messages;
  const messages = data.flatMap((message) => readListed(message) ?? []);
  if (messages.length < data.length) return undecided("Meta hides some of the messages with this customer");
  const since = request.attemptedAt - clockSkewMs;
  const until = request.attemptedAt + limits.sendAbsenceProvenAfterMs;
  const unclaimed: Listed[] = [];
  for (const message of messages) {
    // Of two who talk, whoever is not the customer is us; an Instagram account has several ids.
    const mayBeIt = message.from !== request.to && message.at >= since && message.at <= until;
    if (mayBeIt && !(await request.isTaken(message.id))) unclaimed.push(message);
  }
  const alike = unclaimed.filter((message) => isSameText(message, request));
  const [found] = alike;
  if (alike.length > 1) return undecided(`${alike.length} messages look like this one`);
  if (found) return { outcome: "found", providerId: found.id, status: "sent" };
  // Somebody may have written it in Meta's own inbox, or Meta may have changed our text.
  if (unclaimed.length > 0) return undecided("Meta lists a message of that time that no send of ours owns");
  const isWhole = paging?.next === undefined && data.length < maxMessages;
  if (!isWhole && !messages.some(({ at }) => at < since)) return undecided("Meta's list does not go back far enough");
  return request.now - request.attemptedAt >= limits.sendAbsenceProvenAfterMs
    ? { outcome: "absent" }
    : undecided("Meta may still list it");
}

function readListed(given: unknown): Listed | undefined {
  const message = z.safeParse(listed, given).data;
  const at = Date.parse(message?.created_time ?? "");
  if (!message || Number.isNaN(at)) return undefined;
  return { id: message.id, at, from: message.from.id, text: message.message ?? "" };
}

/** Meta cuts white space off the ends. */
const isSameText = (message: Listed, { text, media }: LookupRequest): boolean =>
  message.text.trim() === (media.length > 0 ? "" : text.toWellFormed().trim());

const undecided = (reason: string): LookupResult => ({ outcome: "undecided", reason });
