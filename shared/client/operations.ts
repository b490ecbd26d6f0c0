import { wholeContract, type WholeOperationName } from "../api/contract.ts";
import type { RouteContract } from "../api/route.ts";

/** What a client must know of an operation to call it. */
export interface Operation {
  method: string;
  path: string;
  takesIdempotencyKey: boolean;
  answersText: boolean;
  takesFile: boolean;
}

/** Of every operation; the package's build puts the outcome in this module's place, so that no schema is shipped. */
export const operations = Object.fromEntries(
  Object.entries(wholeContract as Record<string, RouteContract>).map(
    ([name, { method, path, takesIdempotencyKey = false, answersText = false, takesFile = false }]) => [
      name,
      { method, path, takesIdempotencyKey, answersText, takesFile },
    ],
  ),
) as Record<WholeOperationName, Operation>;
