import { didYouMean } from "./nearest.ts";
import type { Finding, Path } from "./problem.ts";

interface Named {
  name: string;
  path: Path;
}

/** Collects what checks find, in the words that all of them share. */
export interface Findings {
  all: Finding[];
  error(path: Path, message: string, atKey?: boolean): void;
  warn(path: Path, message: string, atKey?: boolean): void;
  /** @param kind what is named and must be there; a second word group says where, as in ["queue", "in this pool"] */
  reference(kind: string | [string, string], name: string, known: string[], path: Path, atKey?: boolean): void;
  /** @param rule why there can be only one, where that isn't plain */
  unique(kind: string, named: Named[], rule?: string): void;
}

export function createFindings(): Findings {
  const all: Finding[] = [];
  const error = (path: Path, message: string, atKey = false): void => {
    all.push({ severity: "error", path, atKey, message });
  };
  return {
    all,
    error,
    warn: (path, message, atKey = false) => {
      all.push({ severity: "warning", path, atKey, message });
    },
    reference: (kind, name, known, path, atKey) => {
      if (known.includes(name)) return;
      const hint =
        didYouMean(name, known) || (known.length > 0 ? ` There are: ${known.join(", ")}.` : " None is defined.");
      const [what, where] = Array.isArray(kind) ? kind : [kind];
      error(path, `There is no ${what} "${name}"${where ? ` ${where}` : ""}.${hint}`, atKey);
    },
    unique: (kind, named, rule) => {
      const seen = new Set<string>();
      for (const { name, path } of named) {
        if (seen.has(name))
          error(path, `The ${kind} "${name}" is here a second time.${rule ? ` ${rule}` : " Remove or rename one."}`);
        seen.add(name);
      }
    },
  };
}
