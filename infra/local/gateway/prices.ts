/** List prices of us-east-1 as of 2026-11, in dollars for one unit; carriers' fees apart. */
export const pricesAsOf = "2026-11";

export const prices = {
  /** DynamoDB on demand */
  writeUnits: 0.625e-6,
  readUnits: 0.125e-6,
  /** SQS: a request is up to 64 KB */
  fifoRequests: 0.5e-6,
  standardRequests: 0.4e-6,
  s3PutRequests: 5e-6,
  s3GetRequests: 0.4e-6,
  /** SNS: a publish is up to 64 KB; deliveries to SQS are free (aws.amazon.com/sns/pricing) */
  snsRequests: 0.5e-6,
  /** SES: a recipient of a mail, the data sent, a mail taken in, and each 256 KB of it (aws.amazon.com/ses/pricing) */
  sentEmails: 100e-6,
  sentEmailGigabytes: 0.12,
  receivedEmails: 100e-6,
  receivedEmailChunks: 90e-6,
  secretRequests: 5e-6,
  /** Lambda on arm64 */
  invocations: 0.2e-6,
  gigabyteSeconds: 13.3334e-6,
  httpApiRequests: 1e-6,
  webSocketMessages: 1e-6,
  logGigabytes: 0.5,
  /** Deleting an object costs nothing. */
  freeRequests: 0,
} as const;

export type BillingUnit = keyof typeof prices;

export type BillingUnits = Partial<Record<BillingUnit, number>>;
