import { RE2JS, RE2JSException } from "re2js";
import { messageLanguageSkill } from "../../shared/core/configuration.ts";
import { phraseOf } from "../../shared/core/rules/words.ts";
import { milliseconds } from "./duration.ts";
import type { Findings } from "./findings.ts";
import type { Path } from "./problem.ts";
import type { RouterFile, RuleEntry } from "./schema.ts";

export function checkRules(file: RouterFile, findings: Findings): void {
  const rules = file.rules ?? [];
  findings.unique(
    "rule",
    rules.map(({ id }, position) => ({ name: id, path: ["rules", position, "id"] })),
  );
  let stopper: string | undefined;
  for (const [position, rule] of rules.entries()) {
    const path: Path = ["rules", position];
    if (stopper !== undefined) {
      findings.warn(path, `The rule "${rule.id}" is never reached: "${stopper}" matches every message and stops.`);
    }
    checkConditions(rule.when ?? {}, [...path, "when"], file, findings);
    checkActions(rule, [...path, "do"], file, findings);
    if (rule.stop && Object.keys(rule.when ?? {}).length === 0) stopper ??= rule.id;
  }
}

function checkConditions(when: NonNullable<RuleEntry["when"]>, path: Path, file: RouterFile, findings: Findings): void {
  const inboxIds = file.inboxes.map(({ id }) => id);
  const channels = [...new Set(file.inboxes.map(({ channel }) => channel))];
  const hoursIds = (file.hours ?? []).map(({ id }) => id);
  const each = (key: "inboxes" | "channels" | "languages" | "words", look: (name: string, at: Path) => void) =>
    when[key]?.forEach((name, position) => look(name, [...path, key, position]));
  each("inboxes", (name, at) => findings.reference("inbox", name, inboxIds, at));
  each("channels", (name, at) => findings.reference(["channel", "among the inboxes"], name, channels, at));
  each("languages", (name, at) => findings.reference("language", name, file.languages, at));
  each("words", (phrase, at) => {
    if (phraseOf(phrase).length === 0)
      findings.error(at, `"${phrase}" has no letter, digit or emoji that a text could be searched for.`);
  });
  if (when.open !== undefined) findings.reference("opening hours", when.open, hoursIds, [...path, "open"]);
  if (when.closed !== undefined) findings.reference("opening hours", when.closed, hoursIds, [...path, "closed"]);
  if (when.open !== undefined && when.closed !== undefined) {
    findings.error([...path, "closed"], 'A rule has either "open" or "closed": make two rules.', true);
  }
  if (when.pattern !== undefined) checkPattern(when.pattern, [...path, "pattern"], findings);
}

const lookaround = /\(\?<?[=!]/;
const backReference = /\\[1-9]|\\k</;

function checkPattern(pattern: string, path: Path, findings: Findings): void {
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const hint = lookaround.test(pattern)
      ? " Patterns are RE2 expressions: lookahead and lookbehind are not supported."
      : backReference.test(pattern)
        ? " Patterns are RE2 expressions: references back to a group are not supported."
        : " Patterns are RE2 expressions: see https://github.com/google/re2/wiki/Syntax.";
    findings.error(path, `The pattern can't be used (${error.message}).${hint}`);
  }
}

function checkActions(rule: RuleEntry, path: Path, file: RouterFile, findings: Findings): void {
  const { queue, skills, steps, reply } = rule.do;
  const queueIds = file.pools.flatMap((pool) => pool.queues.map(({ id }) => id));
  if (queue !== undefined) findings.reference("queue", queue, queueIds, [...path, "queue"]);
  if (reply !== undefined) findings.reference("reply", reply, Object.keys(file.replies ?? {}), [...path, "reply"]);
  if (Object.keys(rule.do).length === 0 && !rule.stop) findings.warn(path, `The rule "${rule.id}" does nothing.`, true);
  if (skills && steps)
    findings.error([...path, "skills"], 'A rule has either "skills" or "steps": move the skills into the steps.', true);
  if (steps) checkSteps(steps, [...path, "steps"], findings);
  if (queue === undefined || queueIds.includes(queue)) checkSomebodyCan(rule, path, file, findings);
}

function checkSteps(steps: NonNullable<RuleEntry["do"]["steps"]>, path: Path, findings: Findings): void {
  let before = 0;
  for (const [position, { expiresAfter }] of steps.entries()) {
    const isLast = position === steps.length - 1;
    if (isLast && expiresAfter !== undefined) {
      findings.error(
        [...path, position, "expiresAfter"],
        "The last step has no end: remove it, or add a step after this one.",
      );
    }
    if (!isLast && expiresAfter === undefined) {
      findings.error(
        [...path, position],
        'Only the last step has no end: add "expiresAfter", counted from the arrival.',
      );
    }
    if (isLast || expiresAfter === undefined) continue;
    const end = milliseconds(expiresAfter);
    if (end <= before) {
      findings.error(
        [...path, position, "expiresAfter"],
        "Each step ends later than the one before: the times count from the arrival.",
      );
    }
    before = end;
  }
}

/** Warns of requirements that nobody meets, even when they have relaxed as far as they do. */
function checkSomebodyCan(rule: RuleEntry, path: Path, file: RouterFile, findings: Findings): void {
  const required = rule.do.skills ?? rule.do.steps?.at(-1)?.skills;
  if (!required) return;
  const at: Path = [...path, rule.do.skills ? "skills" : "steps"];
  const { queue } = rule.do;
  const agents = file.pools.flatMap((pool) =>
    pool.agents.filter(({ queues }) => {
      const worked = queues ?? pool.queues.map(({ id }) => id);
      return queue === undefined || worked.includes(queue);
    }),
  );
  const languages = rule.when?.languages ?? file.languages;
  const asked = messageLanguageSkill in required ? languages : [undefined];
  for (const language of asked) {
    const wanted = Object.entries(required).map(([skill, level]) => ({
      skill: skill === messageLanguageSkill ? language! : skill,
      level,
    }));
    if (agents.some(({ skills = {} }) => wanted.every(({ skill, level }) => (skills[skill] ?? 0) >= level))) continue;
    const list = wanted.map(({ skill, level }) => `${skill} ${level}`).join(" and ");
    const where = queue === undefined ? "No agent" : `No agent of the queue "${queue}"`;
    findings.warn(at, `${where} has ${list}: such a conversation waits for ever.`, true);
  }
}
