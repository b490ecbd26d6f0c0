import type { Random } from "../ports/random.ts";

export const systemRandom: Random = { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) };
