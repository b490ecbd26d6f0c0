import { candidates } from "./ruleIndex.ts";
import { inspect, type RuleSubject } from "./subject.ts";
import type { RoutingRule } from "../configuration.ts";
import type { CompiledRules } from "./compile.ts";

/** The rules that match, in order, up to and including the first that stops. */
export function matchingRules(compiled: CompiledRules, subject: RuleSubject): RoutingRule[] {
  const inspected = inspect(subject, compiled.patterns);
  const matching: RoutingRule[] = [];
  let previous = -1;
  for (const position of candidates(compiled.index, inspected)) {
    if (position === previous) continue;
    previous = position;
    const { rule, remaining } = compiled.rules[position]!;
    if (!remaining.every((holds) => holds(inspected))) continue;
    matching.push(rule);
    if (rule.stop) break;
  }
  return matching;
}
