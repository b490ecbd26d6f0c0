import type { WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Stack, type CfnElement } from "aws-cdk-lib/core";
import type { SignIn } from "./constructs/sign-in.ts";
import type { QueueName } from "./settings.ts";
import type { StatefulStack } from "./stateful-stack.ts";
import type { Channel } from "../../shared/channels/channel.ts";
import { channels } from "../../shared/channels/registry.ts";
import type { Inbox } from "../../shared/core/inbox.ts";
import { tableNames } from "../../shared/stores/dynamodb/keys.ts";

/** A thing that a function reaches: the calls that it may make, and the variables by which it finds the thing. */
export interface Access {
  statements: PolicyStatement[];
  environment: Record<string, string>;
  /** cdk-nag's findings about wildcards that AWS leaves no way around, with the reason */
  acknowledged?: { id: string; reason: string }[];
}

export interface Reachable {
  stateful: StatefulStack;
  /** of router.yaml */
  inboxes: Inbox[];
  socketStage: WebSocketStage;
  /** there where an inbox is a web chat */
  chatStage: WebSocketStage | undefined;
  /** origins under which providers and browsers reach us, comma separated */
  publicUrls: string;
  signIn: SignIn;
}

/** A transaction needs the actions that its items carry out (DynamoDB guide, "Using IAM with DynamoDB transactions"). */
type TableAction = "GetItem" | "BatchGetItem" | "PutItem" | "UpdateItem" | "DeleteItem" | "Query";

/** POST pushes to a connection, DELETE ends it. */
type ConnectionMethod = "POST" | "DELETE";

type ObjectAction = "GetObject" | "PutObject" | "DeleteObject";

const nothing: Access = { statements: [], environment: {} };

export type Reach = ReturnType<typeof reachOf>;

/**
 * The words in which access.ts says what a function reaches. Resources are named in full; a wildcard stands only where AWS
 * has no narrower form: keys of objects in our bucket, and ids of open WebSocket connections. What is not there, since
 * no inbox needs it, is reached by nobody.
 */
export function reachOf({ stateful, inboxes, socketStage, chatStage, publicUrls, signIn }: Reachable) {
  const { table, bucket, queues } = stateful;
  const tableName = { TABLE_NAME: table.tableName };
  const settings = (environment: Record<string, string>): Access => ({ statements: [], environment });
  const secret = (name: string, given: Secret | undefined): Access => {
    if (!given) return nothing;
    const environment = { [`${name.toUpperCase()}_SECRET_ID`]: given.secretArn };
    return access(["secretsmanager:GetSecretValue"], [given.secretArn], environment);
  };
  return {
    table: (...actions: TableAction[]) => access(prefixed("dynamodb", actions), [table.tableArn], tableName),
    lists: access(["dynamodb:Query"], [`${table.tableArn}/index/${tableNames.listIndex}`], tableName),
    sendTo: (...names: QueueName[]) => {
      const existing = names.flatMap((name) => (queues[name] ? [{ name, queue: queues[name].queue }] : []));
      return access(
        ["sqs:SendMessage"],
        existing.map(({ queue }) => queue.queueArn),
        Object.fromEntries(existing.map(({ name, queue }) => [`${name.toUpperCase()}_QUEUE_URL`, queue.queueUrl])),
      );
    },
    objects: (...actions: ObjectAction[]): Access => ({
      statements: [
        new PolicyStatement({ actions: prefixed("s3", actions), resources: [bucket.arnForObjects("*")] }),
        // Without it GetObject answers 403 in place of 404 for what is not there (S3 API reference, GetObject).
        new PolicyStatement({ actions: ["s3:ListBucket"], resources: [bucket.bucketArn] }),
      ],
      environment: { BUCKET_NAME: bucket.bucketName },
      acknowledged: [
        wildcard(
          `${stateful.stackName}:ExportsOutputFnGetAttBucket83908E77Arn063C8555/*`,
          "Keys of objects are made when a body, an attachment or a snapshot is written; the bucket holds nothing else.",
        ),
      ],
    }),
    sockets: (...methods: ConnectionMethod[]) => pushesTo(socketStage, "SOCKET_ENDPOINT", methods),
    chats: (...methods: ConnectionMethod[]) => (chatStage ? pushesTo(chatStage, "CHAT_ENDPOINT", methods) : nothing),
    mailOut: stateful.mail ? mailOut(stateful, stateful.mail.configurationSetName, inboxes) : nothing,
    /** what the providers of such channels gave us */
    providers: (isMeant: (channel: Channel) => boolean): Access[] => {
      const names = new Set(channels.filter(isMeant).map(({ secretName }) => secretName));
      return [...stateful.providerSecrets].filter(([name]) => names.has(name)).map((each) => secret(...each));
    },
    signing: secret("signing", stateful.signingSecret),
    web: secret("web", stateful.webSecret),
    /** origins under which we are reached */
    origins: settings({ PUBLIC_URLS: publicUrls }),
    socketUrl: settings({ SOCKET_URL: socketStage.url }),
    chatUrl: settings(chatStage ? { CHAT_URL: chatStage.url } : {}),
    /** where links to objects lead */
    bucketDomain: settings({ BUCKET_DOMAIN: bucket.bucketRegionalDomainName }),
    signIn: settings({
      AUTHORIZE_URL: signIn.authorizeUrl,
      TOKEN_URL: signIn.tokenUrl,
      LOGOUT_URL: signIn.logoutUrl,
      CLIENT_ID: signIn.clientId,
    }),
  };
}

const access = (actions: string[], resources: string[], environment: Record<string, string>): Access => ({
  statements: [new PolicyStatement({ actions, resources })],
  environment,
});

const wildcard = (resource: string, reason: string) => ({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });

const prefixed = (service: string, actions: string[]): string[] => actions.map((action) => `${service}:${action}`);

/**
 * Mail goes out under our inboxes' addresses only. SES checks the identity that was verified, which is the address itself,
 * its domain or a domain above that, and the configuration set (service authorization reference, "SES": SendRawEmail).
 */
function mailOut(scope: Stack, configurationSetName: string, inboxes: Inbox[]): Access {
  const addresses = inboxes.filter(({ channel }) => channel === "email").map(({ address }) => address);
  const arn = (resource: string, resourceName: string) => scope.formatArn({ service: "ses", resource, resourceName });
  const identities = [...new Set(addresses.flatMap(identitiesOf))];
  const send = new PolicyStatement({
    actions: ["ses:SendRawEmail"],
    resources: [
      arn("configuration-set", configurationSetName),
      ...identities.map((identity) => arn("identity", identity)),
    ],
    conditions: { StringEquals: { "ses:FromAddress": addresses } },
  });
  return { statements: [send], environment: { MAIL_CONFIGURATION_SET: configurationSetName } };
}

function identitiesOf(address: string): string[] {
  const labels = address.slice(address.lastIndexOf("@") + 1).split(".");
  const domains = labels.slice(0, -1).map((_, position) => labels.slice(position).join("."));
  return [address, ...domains];
}

function pushesTo(stage: WebSocketStage, variable: string, methods: ConnectionMethod[]): Access {
  const stack = Stack.of(stage);
  const api = stack.getLogicalId(stage.api.node.defaultChild as CfnElement);
  const paths = methods.map((method) => `${stage.stageName}/${method}/@connections/*`);
  return {
    statements: [
      new PolicyStatement({
        actions: ["execute-api:ManageConnections"],
        resources: paths.map((path) =>
          stack.formatArn({ service: "execute-api", resource: stage.api.apiId, resourceName: path }),
        ),
      }),
    ],
    environment: { [variable]: stage.callbackUrl },
    acknowledged: paths.map((path) =>
      wildcard(
        `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${api}>/${path}`,
        "API Gateway gives each connection its id when it opens.",
      ),
    ),
  };
}
