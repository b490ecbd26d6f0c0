import { identityIdOf } from "../../../shared/core/ids.ts";
import { sendRank, type OutboundStored } from "../../../shared/core/message.ts";
import type { Checker, History } from "../history.ts";
import type { Report } from "../ledger.ts";
import { addressOf } from "../people.ts";

/** A report by a provider's id is looked at again for so long, until we know that id. */
const patienceMs = 15 * 60_000;
/** By its own reports alone these say what was read. */
const reportsOnly = ["messenger", "instagram"];

interface Known {
  /** when we learnt the provider's id, milliseconds since 1970 */
  learntAt?: number;
  /** when it first was known to have gone out */
  sentAt?: number;
}

/** I3: each report that was accepted has told, however it names its message, and no message says more than reports did. */
export function reports(): Checker {
  const known = new Map<string, Known>();
  const of = (id: string): Known => known.get(id) ?? known.set(id, {}).get(id)!;

  return {
    invariant: "I3",

    onCall({ operation, parameters, result }, history) {
      const now = history.clock.now();
      if (operation === "messages.addProviderId") of(parameters[2] as string).learntAt ??= now;
      if (operation !== "messages.raiseStatus" || !result) return;
      const { id, status } = result as OutboundStored;
      if (sendRank(status) >= sendRank("sent") && status !== "failed") of(id).sentAt ??= now;
    },

    async atEnd(history) {
      const parked = await history.parkedText();
      const messages = await history.outboundMessages();
      for (const report of history.ledger.reports) {
        for (const message of messages) {
          const { learntAt = Infinity, sentAt = Infinity } = known.get(message.id) ?? {};
          const told =
            isByProviderId(report, message) && learntAt <= report.at + patienceMs
              ? "by its provider's id"
              : (await isByWatermark(report, message, history)) && sentAt < report.at && "by a watermark";
          if (!told || !report.isAccepted) continue;
          history.reached("I3", `a report told ${told}`);
          if (sendRank(message.status) < sendRank(report.status) && !parked.includes(nameIn(report)))
            history.violate("I3", `${message.id} is ${message.status}, though "${report.status}" was accepted ${told}`);
        }
      }
      for (const message of messages) checkBacked(message, messages, history);
    },
  };
}

function isByProviderId({ of }: Report, { channel, providerId }: OutboundStored): boolean {
  return !("sendId" in of) && !("upTo" in of) && of.channel === channel && of.providerId === providerId;
}

function isUpTo({ of }: Report, { identityId, inboxId, attemptedAt, createdAt }: OutboundStored): boolean {
  if (!("upTo" in of)) return false;
  const isTheirs = of.inboxId === inboxId && identityIdOf(of.channel, addressOf(of.address)) === identityId;
  return isTheirs && (attemptedAt ?? createdAt) <= of.upTo;
}

/** It names the last one that was read, and this one went out before that. */
function isBeforeLast(report: Report, last: OutboundStored, { identityId, inboxId, ...message }: OutboundStored) {
  if (!("isLast" in report.of) || !isByProviderId(report, last)) return false;
  const isSameChat = last.identityId === identityId && last.inboxId === inboxId;
  return isSameChat && (message.attemptedAt ?? message.createdAt) <= (last.attemptedAt ?? last.createdAt);
}

/** Of those that the customer's conversation shows: what is long over, or became another's, is not looked at. */
async function isByWatermark(report: Report, message: OutboundStored, history: History): Promise<boolean> {
  if (!isUpTo(report, message) || message.status === "failed" || history.joins.undone.size > 0) return false;
  const conversation = await history.stores.conversations.get(message.conversationId);
  return conversation !== undefined && conversation.closedAt === undefined && conversation.reopenedAt === undefined;
}

/** Nobody but the provider says that a message was read. */
function checkBacked(message: OutboundStored, messages: OutboundStored[], history: History): void {
  if (!reportsOnly.includes(message.channel) || message.status !== "read") return;
  const isSaid = history.ledger.reports.some(
    (report) =>
      report.status === "read" &&
      (isUpTo(report, message) ||
        isByProviderId(report, message) ||
        isBySendId(report, message) ||
        messages.some((last) => isBeforeLast(report, last, message))),
  );
  history.reached("I3", "a message was read");
  if (!isSaid) history.violate("I3", `${message.id} says read, and no report does`);
}

const isBySendId = ({ of }: Report, { sendId }: OutboundStored): boolean => "sendId" in of && of.sendId === sendId;

/** By which a job that carries the report can be told. */
const nameIn = ({ of }: Report): string => ("upTo" in of ? of.upTo : (of.providerId ?? ""));
