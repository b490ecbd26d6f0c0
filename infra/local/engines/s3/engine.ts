import type { VirtualClock } from "../../clock.ts";
import type { CloudDatabase } from "../database.ts";

/** S3, path style: Put, Get, Head, Delete and List of whole objects. */
export declare class S3Engine {
  constructor(options: { database: CloudDatabase; clock: VirtualClock });
  createBucket(name: string): Promise<void>;
}
