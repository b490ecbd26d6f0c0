import { readFileSync } from "node:fs";
import path from "node:path";

/** How many vectors of one file came out right; what came out wrong, by name. */
export interface VectorReport {
  file: string;
  right: number;
  wrong: string[];
  /** vectors of channels that are not built, by scheme */
  notBuilt: Record<string, number>;
  /** how many of the same another library gets right */
  peers?: { name: string; right: number }[];
  /** what a person should read beside the figures */
  notes?: string[];
}

export const readVectors = (directory: string, file: string): unknown =>
  JSON.parse(readFileSync(path.join(directory, file), "utf8"));

/** @returns the report as lines for a person */
export function describeReport({ file, right, wrong, notBuilt, peers = [], notes = [] }: VectorReport): string {
  const others = Object.entries(notBuilt).map(([scheme, count]) => `${count} ${scheme}`);
  const total = Object.values(notBuilt).reduce((sum, count) => sum + count, 0);
  const tried = right + wrong.length;
  return [
    tried === 0 ? `${file}: no score` : `${file}: ${right} of ${tried} right`,
    ...peers.map((peer) => `  ${peer.name}: ${peer.right} of ${tried} right`),
    ...(total > 0 ? [`  not tried: ${total} of channels that are not built (${others.join(", ")})`] : []),
    ...wrong.map((name) => `  wrong: ${name}`),
    ...notes.map((note) => `  ${note}`),
  ].join("\n");
}
