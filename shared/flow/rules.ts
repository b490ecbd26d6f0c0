import { compileRules, type CompiledRules } from "../core/rules/compile.ts";
import type { Configuration } from "../core/configuration.ts";

const compiled = new WeakMap<Configuration, CompiledRules>();

/** The rules of a configuration, compiled once a process. */
export function compiledRules(config: Configuration): CompiledRules {
  const known = compiled.get(config);
  if (known) return known;
  const fresh = compileRules(config);
  compiled.set(config, fresh);
  return fresh;
}
