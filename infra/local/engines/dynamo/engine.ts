import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import type { VirtualClock } from "../../clock.ts";

/** DynamoDB: dynoxide as a child process, or the server that AWS_ENDPOINT_URL_DYNAMODB names. */
export declare class DynamoEngine {
  /** `http://127.0.0.1:…` */
  readonly endpoint: string;
  /** Creates the table, or checks that the one that is there has the same keys and indexes. `timeToLive`: an attribute in epoch seconds. */
  createTable(input: CreateTableCommandInput, options?: { timeToLive?: string }): Promise<void>;
  close(): Promise<void>;
}

/** `directory` undefined: in memory. `endpoint`: use this server and start none. */
export declare function startDynamo(options: {
  clock: VirtualClock;
  directory?: string;
  endpoint?: string;
}): Promise<DynamoEngine>;
