import { customerContract } from "./customers.ts";
import { operationsContract } from "./operations.ts";
import { webhookContract } from "./webhooks.ts";

/** What `functions/records` carries out: what is known of customers, what is parked, and who is told of events. */
export const recordsApi = { ...customerContract, ...operationsContract, ...webhookContract };
