const unitsMs: Record<string, number> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

export const durationPattern = /^(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)$/;

/**
 * @param text a number and its unit, e.g. "30 s", "5 min", "1.5 h"
 * @returns whole milliseconds
 */
export function milliseconds(text: string): number {
  const match = durationPattern.exec(text);
  if (!match) throw new RangeError(`"${text}" is no duration`);
  return Math.round(Number(match[1]) * unitsMs[match[2]!]!);
}
