import type { VirtualClock } from "../clock.ts";
import type { CloudDatabase } from "./database.ts";

/** Secrets Manager: GetSecretValue by name or ARN. */
export declare class SecretsEngine {
  constructor(options: { database: CloudDatabase; clock: VirtualClock; region?: string; accountId?: string });
  /** Keeps the value that is there; else puts what `create` gives. @returns the value that is there now */
  ensureSecret(name: string, create: () => string): Promise<{ arn: string; value: string }>;
  putSecret(name: string, value: string): Promise<{ arn: string }>;
}
