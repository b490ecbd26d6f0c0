import { detectableLanguages } from "../../functions/route/language.ts";
import { messageLanguageSkill } from "../../shared/core/configuration.ts";
import { limits } from "../../shared/core/limits.ts";
import { checkHours } from "./checkHours.ts";
import { checkRules } from "./checkRules.ts";
import { milliseconds } from "./duration.ts";
import { checkInboxes } from "./checkInboxes.ts";
import { checkTemplates } from "./checkTemplates.ts";
import { createFindings, type Findings } from "./findings.ts";
import type { Finding, Path } from "./problem.ts";
import type { RouterFile } from "./schema.ts";

/** What the shape can't show: references between parts, things named twice, and what would never work. */
export function checkContent(file: RouterFile): Finding[] {
  const findings = createFindings();
  checkLanguages(file, findings);
  checkInboxes(file, findings);
  for (const [position, hours] of (file.hours ?? []).entries()) checkHours(hours, ["hours", position], findings);
  findings.unique(
    "hours",
    (file.hours ?? []).map(({ id }, position) => ({ name: id, path: ["hours", position, "id"] })),
  );
  checkPools(file, findings);
  checkReplies(file, findings);
  checkCannedReplies(file, findings);
  checkTemplates(file, findings);
  checkRules(file, findings);
  return findings.all;
}

function checkLanguages({ languages, defaultLanguage }: RouterFile, findings: Findings): void {
  findings.unique(
    "language",
    languages.map((name, position) => ({ name, path: ["languages", position] })),
  );
  findings.reference("language", defaultLanguage, languages, ["defaultLanguage"]);
  for (const [position, language] of languages.entries()) {
    if (detectableLanguages.includes(language)) continue;
    const told = detectableLanguages.toSorted().join(", ");
    findings.warn(["languages", position], `No text is ever recognised as "${language}"; the detector tells ${told}.`);
  }
}

function checkPools({ pools, defaultQueue, inboxes }: RouterFile, findings: Findings): void {
  const named = <Item extends { id: string }>(
    kind: "queues" | "agents",
    items: (pool: RouterFile["pools"][number]) => Item[],
  ) =>
    pools.flatMap((pool, number) =>
      items(pool).map(({ id }, position) => ({ name: id, path: ["pools", number, kind, position, "id"] })),
    );
  findings.unique(
    "pool",
    pools.map(({ id }, number) => ({ name: id, path: ["pools", number, "id"] })),
  );
  findings.unique(
    "queue",
    named("queues", (pool) => pool.queues),
    "A queue is in one pool only.",
  );
  findings.unique(
    "agent",
    named("agents", (pool) => pool.agents),
    "An agent is in one pool only.",
  );
  const queueIds = pools.flatMap((pool) => pool.queues.map(({ id }) => id));
  findings.reference("queue", defaultQueue, queueIds, ["defaultQueue"]);
  const channels = inboxes.map(({ channel }) => channel);
  for (const [number, pool] of pools.entries()) checkPool(pool, ["pools", number], channels, findings);
}

function checkPool(pool: RouterFile["pools"][number], path: Path, channels: string[], findings: Findings): void {
  const queueIds = pool.queues.map(({ id }) => id);
  for (const [position, agent] of pool.agents.entries()) {
    const at: Path = [...path, "agents", position];
    for (const [number, queue] of (agent.queues ?? []).entries()) {
      findings.reference(["queue", `in the pool "${pool.id}"`], queue, queueIds, [...at, "queues", number]);
    }
    if (agent.skills && messageLanguageSkill in agent.skills) {
      const message = `"${messageLanguageSkill}" stands for the message's language in rules, so no agent can have it: name the language, such as "en".`;
      findings.error([...at, "skills", messageLanguageSkill], message, true);
    }
    for (const [channel, weight] of Object.entries(agent.weights ?? {})) {
      const where: Path = [...at, "weights", channel];
      if (!channels.includes(channel)) findings.warn(where, `No inbox has the channel "${channel}".`, true);
      if (weight > agent.units)
        findings.warn(
          where,
          `A conversation on ${channel} takes ${weight} units, but "${agent.id}" has ${agent.units}: they never get one.`,
        );
    }
  }
  for (const [position, queue] of pool.queues.entries()) {
    const at: Path = [...path, "queues", position];
    if (!pool.agents.some(({ queues }) => !queues || queues.includes(queue.id))) {
      findings.warn(at, `No agent works in the queue "${queue.id}": what goes there waits for ever.`);
    }
    if (queue.offerExpiresAfter !== undefined && milliseconds(queue.offerExpiresAfter) === 0) {
      findings.error(
        [...at, "offerExpiresAfter"],
        "An offer that expires at once can't be accepted: give it some time.",
      );
    }
  }
}

function checkReplies(file: RouterFile, findings: Findings): void {
  for (const [key, texts] of Object.entries(file.replies ?? {})) {
    checkTexts({ what: `The reply "${key}"`, texts, path: ["replies", key], instead: "is sent" }, file, findings);
  }
}

function checkCannedReplies(file: RouterFile, findings: Findings): void {
  const replies = file.cannedReplies ?? [];
  const queueIds = file.pools.flatMap((pool) => pool.queues.map(({ id }) => id));
  findings.unique(
    "canned reply",
    replies.map(({ id }, position) => ({ name: id, path: ["cannedReplies", position, "id"] })),
  );
  for (const [position, { id, text, queues = [] }] of replies.entries()) {
    const path: Path = ["cannedReplies", position];
    checkTexts(
      { what: `The canned reply "${id}"`, texts: text, path: [...path, "text"], instead: "is offered" },
      file,
      findings,
    );
    for (const [number, queue] of queues.entries())
      findings.reference("queue", queue, queueIds, [...path, "queues", number]);
  }
}

interface Texts {
  what: string;
  texts: Record<string, string>;
  path: Path;
  /** what happens to the default language's text where another is missing */
  instead: string;
}

function checkTexts({ what, texts, path, instead }: Texts, file: RouterFile, findings: Findings): void {
  const { languages, defaultLanguage } = file;
  if (texts[defaultLanguage] === undefined) {
    findings.error(path, `${what} has no text in the default language "${defaultLanguage}": add one.`, true);
  }
  for (const [language, text] of Object.entries(texts)) {
    findings.reference("language", language, languages, [...path, language], true);
    if (text.length <= limits.maxReplyCharacters) continue;
    findings.error(
      [...path, language],
      `The reply has ${text.length} characters; at most ${limits.maxReplyCharacters} can be sent.`,
    );
  }
  const absent = languages.filter((language) => texts[language] === undefined && language !== defaultLanguage);
  if (absent.length > 0)
    findings.warn(path, `${what} has no text in ${absent.join(", ")}; "${defaultLanguage}" ${instead} there.`, true);
}
