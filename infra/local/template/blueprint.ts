import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";

/*
 * What the templates ask for, in plain data: every reference is resolved, nothing runs yet. The interpreters in
 * resources/ write it, cloud.ts stands it up.
 */

export interface TableDefinition {
  input: CreateTableCommandInput;
  /** attribute in epoch seconds */
  timeToLive?: string;
}

export interface QueueDefinition {
  name: string;
  arn: string;
  /** by AWS's attribute names */
  attributes: Record<string, string>;
}

export interface FunctionDefinition {
  name: string;
  arn: string;
  /** folder with the bundled code */
  codeDirectory: string;
  /** `file.export` */
  handler: string;
  environment: Record<string, string>;
  timeoutMs: number;
  memoryMegabytes: number;
  /** upper bound of invocations at a time, where the template sets one */
  reservedConcurrency?: number;
  roleArn: string;
}

export interface EventSourceMappingDefinition {
  id: string;
  queueArn: string;
  functionName: string;
  batchSize: number;
  maximumConcurrency?: number;
  reportBatchItemFailures: boolean;
  enabled: boolean;
}

export interface PermissionDefinition {
  functionName: string;
  principal: string;
  action: string;
  sourceArn?: string;
}

export interface PolicyStatement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource?: string | string[];
  Principal?: unknown;
  Condition?: unknown;
  Sid?: string;
}

/** Kept for the check of every call against the caller's role; nothing is refused yet. */
export interface RoleDefinition {
  arn: string;
  name: string;
  statements: PolicyStatement[];
}

export interface ApiDefinition {
  id: string;
  name: string;
  protocol: "HTTP" | "WEBSOCKET";
  /** WebSocket: e.g. `$request.body.action` */
  routeSelectionExpression?: string;
}

export interface StageDefinition {
  apiId: string;
  name: string;
}

export interface IntegrationDefinition {
  id: string;
  apiId: string;
  functionArn: string;
  payloadFormatVersion?: "1.0" | "2.0";
  timeoutMs?: number;
}

export interface RouteDefinition {
  apiId: string;
  routeKey: string;
  integrationId: string;
  authorizerId?: string;
  scopes: string[];
}

export interface AuthorizerDefinition {
  id: string;
  apiId: string;
  issuer: string;
  audience: string[];
  identitySource: string[];
}

export interface ScheduleDefinition {
  name: string;
  arn: string;
  intervalMs: number;
  enabled: boolean;
  targets: { functionArn: string; input?: string }[];
}

export interface UserPoolDefinition {
  id: string;
  groups: string[];
}

export interface UserPoolClientDefinition {
  id: string;
  userPoolId: string;
  callbackUrls: string[];
  logoutUrls: string[];
  accessTokenMs: number;
  refreshTokenMs: number;
}

export interface UserPoolDomainDefinition {
  userPoolId: string;
  /** the origin on AWS */
  origin: string;
}

/** What Secrets Manager makes up by itself (its API reference, GetRandomPassword). */
export interface GeneratedSecret {
  /** a JSON object that gets the generated text under `key`; absent: the text alone */
  template?: { json: string; key: string };
  characters: number;
  /** those that it may hold */
  alphabet: string;
}

export interface SecretDefinition {
  name: string;
  arn: string;
  /** kept once it is there */
  initialValue: string | GeneratedSecret;
}

export interface BucketDefinition {
  name: string;
  /** objects under a prefix are deleted so many days after they were put */
  expirations: { prefix: string; days: number }[];
}

export interface SubscriptionDefinition {
  arn: string;
  topicArn: string;
  queueArn: string;
  rawMessageDelivery: boolean;
}

export interface EventDestinationDefinition {
  topicArn: string;
  enabled: boolean;
  /** in lower case, e.g. `delivery` */
  eventTypes: string[];
}

export interface ConfigurationSetDefinition {
  name: string;
  destinations: EventDestinationDefinition[];
}

/** Puts the mail into a bucket, then tells a topic. */
export interface S3ActionDefinition {
  bucketName: string;
  objectKeyPrefix: string;
  topicArn?: string;
}

export interface ReceiptRuleDefinition {
  ruleSetName: string;
  name: string;
  enabled: boolean;
  /** addresses, domains, or domains with a leading dot; empty: all */
  recipients: string[];
  actions: S3ActionDefinition[];
}

/** What a policy of a queue, a bucket or a topic lets others do. */
export interface ResourcePolicyDefinition {
  /** of the queue, bucket or topic */
  resourceArn: string;
  statements: PolicyStatement[];
}

export interface Blueprint {
  tables: TableDefinition[];
  queues: QueueDefinition[];
  buckets: BucketDefinition[];
  secrets: SecretDefinition[];
  /** ARNs */
  topics: string[];
  subscriptions: SubscriptionDefinition[];
  configurationSets: ConfigurationSetDefinition[];
  receiptRules: ReceiptRuleDefinition[];
  resourcePolicies: ResourcePolicyDefinition[];
  functions: FunctionDefinition[];
  eventSourceMappings: EventSourceMappingDefinition[];
  permissions: PermissionDefinition[];
  roles: RoleDefinition[];
  apis: ApiDefinition[];
  stages: StageDefinition[];
  integrations: IntegrationDefinition[];
  routes: RouteDefinition[];
  authorizers: AuthorizerDefinition[];
  schedules: ScheduleDefinition[];
  userPools: UserPoolDefinition[];
  userPoolClients: UserPoolClientDefinition[];
  userPoolDomains: UserPoolDomainDefinition[];
  /** by stack, then by output's logical id */
  outputs: Record<string, Record<string, string>>;
}

export const emptyBlueprint = (): Blueprint => ({
  tables: [],
  queues: [],
  buckets: [],
  secrets: [],
  topics: [],
  subscriptions: [],
  configurationSets: [],
  receiptRules: [],
  resourcePolicies: [],
  functions: [],
  eventSourceMappings: [],
  permissions: [],
  roles: [],
  apis: [],
  stages: [],
  integrations: [],
  routes: [],
  authorizers: [],
  schedules: [],
  userPools: [],
  userPoolClients: [],
  userPoolDomains: [],
  outputs: {},
});
