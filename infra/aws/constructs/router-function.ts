import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  EventSourceMapping,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import type { Access } from "../reach.ts";
import { functionSettings, logRetentionDays, type FunctionName } from "../settings.ts";

export interface RouterFunctionProps {
  name: FunctionName;
  /** what the function's name begins with */
  deployment: string;
  /** folder with index.cjs and configuration.json */
  bundleDirectory: string;
  /** what it reaches; its own log and its sources are added */
  access: Access[];
  /** queues that it works through */
  sources: { name: string; queue: Queue; maximumConcurrency: number; messagesPerBatch: number }[];
}

/** One of our Lambda functions, with a role of its own that allows the calls it makes and nothing else. */
export class RouterFunction extends Construct {
  readonly handler: LambdaFunction;

  constructor(scope: Construct, id: string, props: RouterFunctionProps) {
    super(scope, id);
    const settings = functionSettings[props.name];
    const logGroup = new LogGroup(this, "Log", { retention: logRetentionDays, removalPolicy: RemovalPolicy.DESTROY });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      inlinePolicies: {
        calls: new PolicyDocument({
          statements: [
            writeLog(logGroup),
            ...props.sources.map(({ queue }) => takeFrom(queue)),
            ...props.access.flatMap(({ statements }) => statements),
          ],
        }),
      },
    });
    const acknowledged = props.access.flatMap((access) => access.acknowledged ?? []);
    for (const each of new Map(acknowledged.map((finding) => [finding.id, finding])).values()) {
      Validations.of(role).acknowledge(each);
    }
    this.handler = new LambdaFunction(this, "Function", {
      functionName: `${props.deployment}-${props.name}`,
      description: settings.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: "index.handler",
      code: Code.fromAsset(props.bundleDirectory),
      timeout: Duration.seconds(settings.timeoutSeconds),
      memorySize: settings.memoryMegabytes,
      environment: Object.assign({}, ...props.access.map(({ environment }) => environment)),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
    });
    for (const { name, queue, maximumConcurrency, messagesPerBatch } of props.sources) {
      new EventSourceMapping(this, `From-${name}`, {
        target: this.handler,
        eventSourceArn: queue.queueArn,
        batchSize: messagesPerBatch,
        reportBatchItemFailures: true,
        maxConcurrency: maximumConcurrency,
      });
    }
  }
}

const writeLog = (logGroup: LogGroup): PolicyStatement =>
  new PolicyStatement({
    sid: "WriteLog",
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [logGroup.logGroupArn],
  });

/** What Lambda's pollers need (Lambda guide, "SQS: configuring the execution role"). */
const takeFrom = (queue: Queue): PolicyStatement =>
  new PolicyStatement({
    actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    resources: [queue.queueArn],
  });
