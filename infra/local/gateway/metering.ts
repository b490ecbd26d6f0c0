import type { BillingUnits } from "./prices.ts";

/** SQS bills each 64 KB of payload as a request (pricing page, "how are requests billed"). */
const sqsChunkBytes = 64 * 1024;

/** @param bytes the payload sent or received, 0 for a call without one */
export function sqsUnits(fifo: boolean, bytes: number): BillingUnits {
  const requests = Math.max(1, Math.ceil(bytes / sqsChunkBytes));
  return fifo ? { fifoRequests: requests } : { standardRequests: requests };
}

const dynamoWrites = new Set(["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"]);
const dynamoReads = new Set(["GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"]);

/** Whether the operation takes ReturnConsumedCapacity. */
export const consumesCapacity = (operation: string): boolean =>
  dynamoWrites.has(operation) || dynamoReads.has(operation);

type Capacity = { CapacityUnits?: number };

/** From the ConsumedCapacity of an answer. A failed condition answers none but is billed: at least one unit a write. */
export function dynamoUnits(
  operation: string,
  status: number,
  consumed: Capacity | Capacity[] | undefined,
): BillingUnits {
  if (!consumesCapacity(operation)) return {};
  const billed = [consumed ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
  if (dynamoReads.has(operation)) return { readUnits: billed };
  return { writeUnits: status === 200 ? billed : 1 };
}

export function s3Units(operation: string): BillingUnits {
  if (operation === "DeleteObject") return { freeRequests: 1 };
  return operation === "PutObject" || operation === "ListObjectsV2" ? { s3PutRequests: 1 } : { s3GetRequests: 1 };
}
