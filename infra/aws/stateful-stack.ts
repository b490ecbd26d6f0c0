import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { AccountRecovery, CfnUserPoolGroup, Mfa, UserPool, type UserPoolDomain } from "aws-cdk-lib/aws-cognito";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Aws, Duration, RemovalPolicy, Stack, Validations, type StackProps } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { Inbox } from "../../shared/core/inbox.ts";
import { tableNames } from "../../shared/stores/dynamodb/keys.ts";
import { DeadLetters, JobQueue } from "./constructs/job-queue.ts";
import { MailService, rawMailLifecycle } from "./constructs/mail-service.ts";
import { ownKey, providerSecret, providerSecretNames } from "./constructs/secrets.ts";
import { queueSettings, queuesFor, uploadDays, type EachQueue } from "./settings.ts";
import { roles } from "../../shared/api/route.ts";

export interface StatefulStackProps extends StackProps {
  /** what names begin with; tells deployments in one account apart */
  deployment: string;
  /** of router.yaml: what a channel takes comes into being only where an inbox needs it */
  inboxes: Inbox[];
  /** agents sign in with Cognito; false where another issuer is given */
  ownUserPool: boolean;
  /** the account's own rule set for mail in */
  receiptRuleSetName: string | undefined;
}

/** Everything that would be missed after a mistake: data, messages under way, secrets, users. */
export class StatefulStack extends Stack {
  readonly table: Table;
  readonly bucket: Bucket;
  /** by `Channel.secretName`: what providers of the inboxes' channels gave us */
  readonly providerSecrets: ReadonlyMap<string, Secret>;
  /** signs links to files, session tokens and reply addresses */
  readonly signingSecret: Secret;
  /** signs vouch tokens of the web shop; there where chat is */
  readonly webSecret: Secret | undefined;
  readonly deadLetters: DeadLetters;
  readonly queues: EachQueue<JobQueue>;
  readonly mail: MailService | undefined;
  readonly userPool: UserPool | undefined;
  readonly userPoolDomain: UserPoolDomain | undefined;

  constructor(scope: Construct, id: string, props: StatefulStackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    const hasChat = props.inboxes.some(({ channel }) => channel === "web");
    this.table = this.createTable();
    this.bucket = this.createBucket();
    this.providerSecrets = new Map(
      providerSecretNames(props.inboxes).map((name) => [name, providerSecret(this, name)]),
    );
    this.deadLetters = new DeadLetters(this, "DeadLetters", props.deployment);
    this.queues = this.createQueues(props);
    this.mail = this.createMail(props);
    if (hasChat) this.webSecret = ownKey(this, "WebSecret", "vouchSecret", "Signs who a chat's customer is");
    this.signingSecret = ownKey(
      this,
      "SigningSecret",
      "signingKey",
      "Signs chat sessions, reply addresses and links to files",
    );
    if (props.ownUserPool) {
      this.userPool = this.createUserPool();
      this.userPoolDomain = this.userPool.addDomain("Domain", {
        // Prefixes are unique within a region over all of AWS's customers.
        cognitoDomain: { domainPrefix: `${props.deployment}-${Aws.ACCOUNT_ID}` },
      });
    }
  }

  private createTable(): Table {
    const table = new Table(this, "Table", {
      partitionKey: { name: tableNames.partitionKey, type: AttributeType.STRING },
      sortKey: { name: tableNames.sortKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: tableNames.expiresAt,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    table.addGlobalSecondaryIndex({
      indexName: tableNames.listIndex,
      partitionKey: { name: tableNames.listKey, type: AttributeType.STRING },
      sortKey: { name: tableNames.listOrder, type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    return table;
  }

  private createBucket(): Bucket {
    const bucket = new Bucket(this, "Bucket", {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        // Bodies too large for a queue: none is read later than its message may wait, 14 days and as dead letter 14 more.
        { id: "bodies", prefix: "bodies/", expiration: Duration.days(30) },
        { id: "batches", prefix: "batches/", expiration: Duration.days(30) },
        // A reply that is accepted has its files copied: what lies here longer was never sent.
        { id: "uploads", prefix: "uploads/", expiration: Duration.days(uploadDays) },
        { id: "unfinished-uploads", abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    Validations.of(bucket).acknowledge({
      id: "AwsSolutions-S1",
      reason:
        "Only our functions' roles reach the bucket; who wants a record of each access turns on CloudTrail's data events.",
    });
    return bucket;
  }

  private createQueues({ deployment, inboxes }: StatefulStackProps): EachQueue<JobQueue> {
    const queues = queuesFor(inboxes).map((name) => {
      const settings = { ...queueSettings[name], queueName: `${deployment}-${name}`, deadLetters: this.deadLetters };
      return [name, new JobQueue(this, `${name[0]!.toUpperCase()}${name.slice(1)}`, settings)];
    });
    return Object.fromEntries(queues) as EachQueue<JobQueue>;
  }

  private createMail({ deployment, inboxes, receiptRuleSetName }: StatefulStackProps): MailService | undefined {
    if (!this.queues.mail) return undefined;
    const addresses = inboxes.filter(({ channel }) => channel === "email").map(({ address }) => address);
    this.bucket.addLifecycleRule(rawMailLifecycle);
    const { queue } = this.queues.mail;
    return new MailService(this, "MailService", {
      deployment,
      addresses,
      bucket: this.bucket,
      queue,
      receiptRuleSetName,
    });
  }

  private createUserPool(): UserPool {
    const userPool = new UserPool(this, "UserPool", {
      selfSignUpEnabled: false,
      signInAliases: { username: true, email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
      },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(userPool).acknowledge({
      id: "AwsSolutions-COG8",
      reason: "The plus plan is billed per user; a second factor is required of everybody, and nobody can sign up.",
    });
    for (const [precedence, role] of roles.toReversed().entries()) {
      new CfnUserPoolGroup(this, `${role}Group`, { userPoolId: userPool.userPoolId, groupName: role, precedence });
    }
    return userPool;
  }
}
