import type { WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { ArnFormat, Stack } from "aws-cdk-lib/core";
import type { SignIn } from "./constructs/sign-in.ts";
import type { StatefulStack } from "./stateful-stack.ts";
import { tableNames } from "../../shared/stores/dynamodb/keys.ts";
import type { FunctionName, QueueName } from "./settings.ts";

/** A thing that a function reaches: the calls that it may make, and the variables by which it finds the thing. */
export interface Access {
  statements: PolicyStatement[];
  environment: Record<string, string>;
  /** cdk-nag's finding about a wildcard that AWS leaves no way around, with the reason */
  acknowledged?: { id: string; reason: string };
}

export interface Reachable {
  stateful: StatefulStack;
  socketStage: WebSocketStage;
  /** origins under which providers and browsers reach us, comma separated */
  publicUrls: string;
  signIn: SignIn;
}

type TableAction = "GetItem" | "BatchGetItem" | "PutItem" | "UpdateItem" | "DeleteItem" | "Query";

/**
 * What each function reaches, as the calls that it makes (invariant I10). Resources are named in full; a wildcard stands
 * only where AWS has no narrower form: keys of objects in our bucket, and ids of open WebSocket connections.
 */
export function accessOf(reachable: Reachable): Record<FunctionName, Access[]> {
  const { table, lists, sendTo, objects, twilio, sockets, settings } = vocabulary(reachable);
  const origins = settings({ PUBLIC_URLS: reachable.publicUrls });
  const socketUrl = settings({ SOCKET_URL: reachable.socketStage.url });
  const { authorizeUrl, tokenUrl, logoutUrl, clientId } = reachable.signIn;
  const signIn = settings({
    AUTHORIZE_URL: authorizeUrl,
    TOKEN_URL: tokenUrl,
    LOGOUT_URL: logoutUrl,
    CLIENT_ID: clientId,
  });
  /** Finds the open desks, pushes to them, and forgets those that are gone. */
  const notify = [lists, table("DeleteItem"), sockets];

  return {
    ingest: [table("UpdateItem"), sendTo("inbound"), objects("PutObject"), twilio, origins, ...notify],
    route: [
      table("GetItem", "PutItem", "UpdateItem"),
      sendTo("pool", "outbound"),
      objects("GetObject", "PutObject"),
      ...notify,
    ],
    assign: [
      table("GetItem", "PutItem", "UpdateItem", "Query"),
      sendTo("pool", "timers"),
      objects("GetObject", "PutObject"),
      ...notify,
    ],
    send: [table("GetItem", "BatchGetItem", "PutItem", "UpdateItem"), twilio, origins, ...notify],
    timer: [table("PutItem"), sendTo("pool")],
    sweep: [table("GetItem", "DeleteItem", "Query"), sendTo("pool", "outbound")],
    drain: [table("GetItem", "PutItem", "UpdateItem"), objects("GetObject", "PutObject")],
    api: [
      table("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "Query"),
      sendTo("inbound", "pool", "outbound", "timers"),
      objects("GetObject", "PutObject"),
      socketUrl,
      ...notify,
    ],
    socket: [table("PutItem", "DeleteItem"), sockets],
    pages: [signIn, socketUrl],
  };
}

function vocabulary({ stateful, socketStage }: Reachable) {
  const { table, bucket, queues, twilioSecret } = stateful;
  const access = (actions: string[], resources: string[], environment: Record<string, string>): Access => ({
    statements: [new PolicyStatement({ actions, resources })],
    environment,
  });
  const tableName = { TABLE_NAME: table.tableName };
  return {
    table: (...actions: TableAction[]) => access(prefixed("dynamodb", actions), [table.tableArn], tableName),
    lists: access(["dynamodb:Query"], [`${table.tableArn}/index/${tableNames.listIndex}`], tableName),
    sendTo: (...names: QueueName[]) =>
      access(
        ["sqs:SendMessage"],
        names.map((name) => queues[name].queue.queueArn),
        Object.fromEntries(names.map((name) => [`${name.toUpperCase()}_QUEUE_URL`, queues[name].queue.queueUrl])),
      ),
    objects: (...actions: ("GetObject" | "PutObject")[]) =>
      withWildcard(
        withStatement(
          access(prefixed("s3", actions), [bucket.arnForObjects("*")], { BUCKET_NAME: bucket.bucketName }),
          // Without it GetObject answers 403 in place of 404 for what is not there (S3 API reference, GetObject).
          new PolicyStatement({ actions: ["s3:ListBucket"], resources: [bucket.bucketArn] }),
        ),
        `${stateful.stackName}:ExportsOutputFnGetAttBucket83908E77Arn063C8555/*`,
        "Keys of objects are made when a body or a snapshot is written; the bucket holds nothing else.",
      ),
    twilio: access(["secretsmanager:GetSecretValue"], [twilioSecret.secretArn], {
      TWILIO_SECRET_ID: twilioSecret.secretArn,
    }),
    sockets: withWildcard(
      access(["execute-api:ManageConnections"], [connectionsOf(socketStage)], {
        SOCKET_ENDPOINT: socketStage.callbackUrl,
      }),
      "arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<SocketApi9DED0CBC>/live/POST/@connections/*",
      "API Gateway gives each connection its id when it opens.",
    ),
    settings: (environment: Record<string, string>): Access => ({ statements: [], environment }),
  };
}

const withStatement = (access: Access, statement: PolicyStatement): Access => ({
  ...access,
  statements: [...access.statements, statement],
});

const withWildcard = (access: Access, resource: string, reason: string): Access => ({
  ...access,
  acknowledged: { id: `AwsSolutions-IAM5[Resource::${resource}]`, reason },
});

const prefixed = (service: string, actions: string[]): string[] => actions.map((action) => `${service}:${action}`);

const connectionsOf = (stage: WebSocketStage): string =>
  Stack.of(stage).formatArn({
    service: "execute-api",
    resource: stage.api.apiId,
    resourceName: `${stage.stageName}/POST/@connections/*`,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
