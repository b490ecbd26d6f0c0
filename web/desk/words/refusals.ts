import { isSignedOut, Problem, type Alternative } from "../api/problem.ts";
import type { Route } from "../api/types.ts";
import type { FileProblem } from "../compose/what-fits.ts";
import type { Translate } from "./dictionary.ts";
import type { Key } from "./en.ts";
import { known } from "./labels.ts";
import type { Words } from "./words.tsx";

/*
 * Why something can't be done, and what could be done in its place.
 */

const refusals: Record<string, Key> = {
  "no-route-back": "refusal.no-route-back",
  "inbox-suspended": "refusal.inbox-suspended",
  "blocked-address": "refusal.blocked-address",
  "address-unreachable": "refusal.address-unreachable",
  "opted-out": "refusal.opted-out",
  "no-consent": "refusal.no-consent",
  "country-not-allowed": "refusal.country-not-allowed",
  "spend-cap": "refusal.spend-cap",
  "quiet-hours": "refusal.quiet-hours",
  "window-closed": "refusal.window-closed",
  "template-not-taken": "refusal.template-not-taken",
  "template-parameters": "refusal.template-parameters",
  "text-empty": "refusal.text-empty",
  "text-too-long": "refusal.text-too-long",
  "files-not-taken": "refusal.files-not-taken",
  "file-too-large": "refusal.file-too-large",
  "quick-replies-not-taken": "refusal.quick-replies-not-taken",
  "file-gone": "refusal.file-gone",
  "already-settled": "refusal.already-settled",
  "not-parked-yet": "refusal.not-parked-yet",
  "newer-message": "refusal.newer-message",
  "offer-ended": "refusal.offer-ended",
  resolved: "refusal.resolved",
  "at-provider": "refusal.at-provider",
  "same-customer": "refusal.same-customer",
  "too-many-attributes": "refusal.too-many-attributes",
};

/** Why nothing may go out on a route. @returns undefined where something may */
export function refusalOf({ canSend }: Pick<Route, "canSend">, t: Translate): string | undefined {
  if (canSend.ok) return undefined;
  const { reason = "", explanation = reason } = canSend;
  return refusalText(reason, t) ?? explanation;
}

/** @returns undefined for a reason that is new */
export const refusalText = (reason: string, t: Translate): string | undefined =>
  Object.hasOwn(refusals, reason) ? known(refusals, reason, t) : undefined;

/** What a person should read of a failed call. `fetch` throws a TypeError when no answer came at all. */
export function explain(error: unknown, t: Translate): string {
  if (error instanceof TypeError) return t("failure.unreachable");
  if (!(error instanceof Problem)) return error instanceof Error ? error.message : String(error);
  if (isSignedOut(error)) return t("sign-in.ended");
  if (error.reason !== undefined && Object.hasOwn(refusals, error.reason)) return known(refusals, error.reason, t);
  return error.message || t("failure.answered", { status: String(error.status) });
}

const advice: Record<string, Key> = {
  "wait-for-message": "advice.wait-for-message",
  "wait-for-opt-in": "advice.wait-for-opt-in",
  "allow-country": "advice.allow-country",
  "raise-spend-cap": "advice.raise-spend-cap",
  "resume-inbox": "advice.resume-inbox",
  "record-consent": "advice.record-consent",
  "restore-inbox": "advice.restore-inbox",
  unblock: "advice.unblock",
};

/** What others can do, or time: as a sentence. @returns undefined for what is a button, or new */
export function adviceOf(alternative: Alternative, { t }: Words): string | undefined {
  const { kind, maxCharacters } = alternative;
  if (kind === "shorten-text" && typeof maxCharacters === "number") return t("advice.shorten", { most: maxCharacters });
  return Object.hasOwn(advice, kind) ? known(advice, kind, t) : undefined;
}

/** Why a file can't go out. */
export function fileProblem(problem: FileProblem, { t, sizeOf }: Words): string {
  switch (problem.kind) {
    case "no-files":
      return t("files.none-taken");
    case "too-many":
      return t("files.too-many", { most: problem.most });
    case "empty":
      return t("files.empty");
    case "type":
      return t("files.type");
    case "size":
      return t("files.size", { most: sizeOf(problem.maxBytes) });
    case "total":
      return t("files.total", { most: sizeOf(problem.maxBytes) });
  }
}
