import { messageLanguageSkill } from "../configuration.ts";
import type { RoutingStep, SkillRequirement } from "../decision.ts";

/**
 * Adds up the requirements of several rules. Each rule's steps relax at their own times; at any time what is required is
 * what all of them require then, and of two levels of one skill the higher.
 *
 * @param lists the steps of each rule that matched, each with times that rise and a last step without an end
 * @param language the message's, which takes the place of the skill `language`
 */
export function addUpSteps(lists: RoutingStep[][], language: string): RoutingStep[] {
  const ends = new Set(lists.flatMap((steps) => steps.map((step) => step.expiresAfterMs ?? Infinity)));
  ends.add(Infinity);
  return [...ends]
    .toSorted((one, other) => one - other)
    .map((end) => {
      const requirements = strongest(
        lists.flatMap((steps) => requiredUntil(end, steps)),
        language,
      );
      return end === Infinity ? { requirements } : { requirements, expiresAfterMs: end };
    });
}

const requiredUntil = (end: number, steps: RoutingStep[]): SkillRequirement[] =>
  steps.find((step) => (step.expiresAfterMs ?? Infinity) >= end)?.requirements ?? [];

/** One requirement a skill, in the order of the skills' names: equal requirements are written equally. */
function strongest(requirements: SkillRequirement[], language: string): SkillRequirement[] {
  const levels = new Map<string, number>();
  for (const { skill, level } of requirements) {
    const name = skill === messageLanguageSkill ? language : skill;
    levels.set(name, Math.max(level, levels.get(name) ?? 0));
  }
  return [...levels]
    .map(([skill, level]) => ({ skill, level }))
    .toSorted((one, other) => (one.skill < other.skill ? -1 : 1));
}
