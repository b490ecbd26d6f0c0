import {
  TransactionCanceledException,
  TransactionConflictException,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";

/**
 * Loses the response to the first attempt of every call that writes: the table has done it, the client does not know, and
 * the SDK sends it again by itself.
 *
 * @returns how many responses were lost so far
 */
export function loseFirstResponses(client: DynamoDBClient): () => number {
  let lost = 0;
  client.middlewareStack.add(
    (next, context) => {
      let attempts = 0;
      return async (input) => {
        const output = await next(input);
        attempts += 1;
        if (attempts > 1 || !isWrite(context.commandName)) return output;
        lost += 1;
        throw Object.assign(new Error("The connection was lost."), { name: "TimeoutError" });
      };
    },
    // Behind the retry, so that each attempt passes here.
    { step: "finalizeRequest", priority: "low" },
  );
  return () => lost;
}

/** An index that lags: queries of it answer as they did when `freeze` was called first. */
export function freezeIndex(client: DynamoDBClient): void {
  const answers = new Map<string, unknown>();
  client.middlewareStack.add(
    (next, context) => async (input) => {
      if (context.commandName !== "QueryCommand") return next(input);
      const question = JSON.stringify(input.input);
      const known = answers.get(question) as Awaited<ReturnType<typeof next>> | undefined;
      const answer = known ?? (await next(input));
      answers.set(question, answer);
      return answer;
    },
    { step: "initialize" },
  );
}

/**
 * Meets a transaction of somebody else's: the first call of each kind of write is refused without having been looked at.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling
 */
export function conflictOnce(client: DynamoDBClient): void {
  const met = new Set<string>();
  client.middlewareStack.add(
    (next, context) => async (input) => {
      const command = context.commandName!;
      if (!isWrite(command) || met.has(command)) return next(input);
      met.add(command);
      const about = { message: "Transaction is ongoing for the item", $metadata: {} };
      if (command !== "TransactWriteItemsCommand") throw new TransactionConflictException(about);
      const reasons = { CancellationReasons: [{ Code: "None" }, { Code: "TransactionConflict" }] };
      throw new TransactionCanceledException({ ...about, ...reasons });
    },
    { step: "initialize" },
  );
}

export interface Consumption {
  writes: number;
  reads: number;
}

/** Asks DynamoDB what each call consumes and adds it up. @returns the units since the last call of it */
export function meter(client: DynamoDBClient): () => Consumption {
  let consumed: Consumption = { writes: 0, reads: 0 };
  client.middlewareStack.add(
    (next, context) => async (input) => {
      Object.assign(input.input, { ReturnConsumedCapacity: "TOTAL" });
      const answer = await next(input);
      const { ConsumedCapacity } = answer.output as {
        ConsumedCapacity?: { CapacityUnits?: number } | { CapacityUnits?: number }[];
      };
      const units = [ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
      consumed[isWrite(context.commandName) ? "writes" : "reads"] += units;
      return answer;
    },
    { step: "initialize" },
  );
  return () => {
    const since = consumed;
    consumed = { writes: 0, reads: 0 };
    return since;
  };
}

const isWrite = (command: string | undefined): boolean =>
  command !== undefined &&
  ["PutItemCommand", "UpdateItemCommand", "DeleteItemCommand", "TransactWriteItemsCommand"].includes(command);
