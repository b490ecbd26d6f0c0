import { secretPrefix } from "../../core/standard-webhooks.ts";
import type { Random } from "../../ports/random.ts";

const secretBytes = 32;

/** A fresh secret: `whsec_` and 32 bytes of chance in base64. */
export const createSecret = (random: Random): string =>
  secretPrefix + Buffer.from(random.bytes(secretBytes)).toString("base64");
