import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { AccountRecovery, CfnUserPoolGroup, Mfa, UserPool, type UserPoolDomain } from "aws-cdk-lib/aws-cognito";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Aws, Duration, RemovalPolicy, SecretValue, Stack, Validations, type StackProps } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { tableNames } from "../../shared/stores/dynamodb/keys.ts";
import { JobQueue } from "./constructs/job-queue.ts";
import { queueNames, queueSettings, type QueueName } from "./settings.ts";
import { roles } from "../../functions/api/routes.ts";

export interface StatefulStackProps extends StackProps {
  /** what names begin with; tells deployments in one account apart */
  deployment: string;
  /** agents sign in with Cognito; false where another issuer is given */
  ownUserPool: boolean;
}

/** Everything that would be missed after a mistake: data, messages under way, secrets, users. */
export class StatefulStack extends Stack {
  readonly table: Table;
  readonly bucket: Bucket;
  readonly twilioSecret: Secret;
  readonly queues: Record<QueueName, JobQueue>;
  readonly userPool: UserPool | undefined;
  readonly userPoolDomain: UserPoolDomain | undefined;

  constructor(scope: Construct, id: string, props: StatefulStackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    this.table = this.createTable();
    this.bucket = this.createBucket();
    this.twilioSecret = this.createTwilioSecret();
    this.queues = Object.fromEntries(
      queueNames.map((name) => {
        const settings = { ...queueSettings[name], queueName: `${props.deployment}-${name}` };
        return [name, new JobQueue(this, `${name[0]!.toUpperCase()}${name.slice(1)}`, settings)];
      }),
    ) as Record<QueueName, JobQueue>;
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

  private createTwilioSecret(): Secret {
    const secret = new Secret(this, "TwilioSecret", {
      description: "Twilio accounts, auth tokens and numbers of Switchyard; docs/deploy.md says how to fill it in.",
      secretStringValue: SecretValue.unsafePlainText(JSON.stringify({ accounts: [] })),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(secret).acknowledge({
      id: "AwsSolutions-SMG4",
      reason: "Twilio's auth tokens are rotated at Twilio; previousAuthToken bridges the change (docs/runbook.md).",
    });
    return secret;
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
