import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";

/**
 * How every client calls AWS. The SDK never times out by itself, and only warns where `throwOnRequestTimeout` is not set.
 * Three attempts ride out a throttle of a second; what fails for longer comes again through its queue.
 *
 * @param requestTimeout milliseconds that one attempt may take
 */
export const clientSettings = (requestTimeout: number) => ({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout, throwOnRequestTimeout: true },
});

export const dynamoClient = (): DynamoDBClient => new DynamoDBClient(clientSettings(3_000));

export const sqsClient = (): SQSClient => new SQSClient(clientSettings(5_000));

/** HTTP status of an answer that the SDK made an error of. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && "$metadata" in error
    ? (error.$metadata as { httpStatusCode?: number }).httpStatusCode
    : undefined;
