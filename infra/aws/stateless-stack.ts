import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnCondition, CfnOutput, CfnParameter, Duration, Fn, Stack, Token, type StackProps } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { Inbox } from "../../shared/core/inbox.ts";
import { accessOf } from "./access.ts";
import type { Access } from "./reach.ts";
import type { Bundle } from "./bundle.ts";
import { Monitoring } from "./constructs/monitoring.ts";
import { secretIdOf } from "./constructs/secrets.ts";
import { RouterFunction, type RouterFunctionProps } from "./constructs/router-function.ts";
import { CognitoSignIn, type SignIn } from "./constructs/sign-in.ts";
import { SocketApi, type SocketApiProps } from "./constructs/socket-api.ts";
import { WebApi } from "./constructs/web-api.ts";
import {
  drainSettings,
  functionsFor,
  queueNames,
  queueSettings,
  reconcileMinutes,
  type EachFunction,
  type FunctionName,
} from "./settings.ts";
import type { StatefulStack } from "./stateful-stack.ts";

export interface StatelessStackProps extends StackProps {
  /** what names begin with; tells deployments in one account apart */
  deployment: string;
  stateful: StatefulStack;
  /** of router.yaml: what a channel takes comes into being only where an inbox needs it */
  inboxes: Inbox[];
  bundles: Pick<Bundle, "name" | "directory">[];
  /** another issuer in place of the stateful stack's user pool */
  signIn: SignIn | undefined;
  /** SNS topic that every alarm notifies */
  alarmTopicArn: string | undefined;
}

/** Everything that can be thrown away and deployed again: functions, APIs, the schedule, alarms. */
export class StatelessStack extends Stack {
  constructor(scope: Construct, id: string, props: StatelessStackProps) {
    super(scope, id, props);
    const webApi = new WebApi(this, "HttpApi");
    const socketApi = new SocketApi(this, "SocketApi", socketApis.desk);
    const hasChat = props.inboxes.some(({ channel }) => channel === "web");
    const chatApi = hasChat ? new SocketApi(this, "ChatApi", socketApis.chat) : undefined;
    const publicUrls = this.publicUrls(webApi.api.apiEndpoint);
    const signIn = props.signIn ?? this.cognito(props.stateful, publicUrls);
    const { stateful, inboxes } = props;
    const stages = { socketStage: socketApi.stage, chatStage: chatApi?.stage };
    const access = accessOf({ stateful, inboxes, ...stages, publicUrls, signIn });
    const functions = this.createFunctions(props, access);

    webApi.connect(functions, signIn);
    socketApi.connect(functions.socket);
    if (functions.chat) chatApi?.connect(functions.chat);
    this.runEvery("EveryMinute", 1, functions.sweep);
    if (functions.reconcile) this.runEvery("Reconciling", reconcileMinutes, functions.reconcile);
    new Monitoring(this, "Monitoring", {
      deployment: props.deployment,
      queues: props.stateful.queues,
      deadLetters: props.stateful.deadLetters,
      functions,
      httpApi: webApi.api,
      alarmTopicArn: props.alarmTopicArn,
    });
    this.output("BaseUrl", webApi.api.apiEndpoint, "Where webhooks, /v1 and /desk are");
    this.output("SocketUrl", socketApi.stage.url, "The desk's WebSocket");
    if (chatApi) this.output("ChatUrl", chatApi.stage.url, "The WebSocket of customers' chats");
    this.output("Issuer", signIn.issuer, "Who issues the tokens that /v1 takes");
    this.output("ClientId", signIn.clientId, "The desk as a client of that issuer");
    for (const [name, secret] of stateful.providerSecrets)
      this.output(`${secretIdOf(name)}Id`, secret.secretArn, "A secret to fill in: docs/deploy.md");
    if (stateful.webSecret) this.output("WebSecretId", stateful.webSecret.secretArn, "Its vouchSecret is the shop's");
    if (stateful.mail) this.output("ReceiptRuleSetName", stateful.mail.ruleSetName, "To activate: docs/deploy.md");
  }

  /** Providers sign the URL that they call, so it must be known: the API's own, or those of custom domains before it. */
  private publicUrls(apiEndpoint: string): string {
    const parameter = new CfnParameter(this, "PublicUrls", {
      description:
        "Origins under which providers and browsers reach this deployment, comma separated, without a slash at the end; empty: the HTTP API's own.",
      default: "",
      allowedPattern: "(https?://[^/,\\s]+(,https?://[^/,\\s]+)*)?",
    });
    const given = new CfnCondition(this, "HasPublicUrls", {
      expression: Fn.conditionNot(Fn.conditionEquals(parameter, "")),
    });
    return Token.asString(Fn.conditionIf(given.logicalId, parameter.valueAsString, apiEndpoint));
  }

  private cognito({ userPool, userPoolDomain }: StatefulStack, publicUrls: string): SignIn {
    if (!userPool || !userPoolDomain) throw new Error("Without a user pool another issuer must be given.");
    // "a,b" becomes "a/desk,b/desk": a template has no other way to append to each element of a list.
    const joined = Fn.join("", [Fn.join("/desk,", Fn.split(",", publicUrls)), "/desk"]);
    return new CognitoSignIn(this, "SignIn", { userPool, domain: userPoolDomain, deskUrls: Fn.split(",", joined) })
      .signIn;
  }

  private createFunctions(
    { deployment, stateful, inboxes, bundles }: StatelessStackProps,
    access: Record<FunctionName, Access[]>,
  ): EachFunction<LambdaFunction> {
    const directories = new Map(bundles.map(({ name, directory }) => [name, directory]));
    const create = (name: FunctionName): LambdaFunction => {
      const bundleDirectory = directories.get(name);
      if (!bundleDirectory) throw new Error(`There is no bundle of the function ${name}.`);
      const id = `${name[0]!.toUpperCase()}${name.slice(1)}`;
      return new RouterFunction(this, id, {
        name,
        deployment,
        bundleDirectory,
        access: access[name],
        sources: sourcesOf(name, stateful),
      }).handler;
    };
    const functions = functionsFor(inboxes).map((name) => [name, create(name)]);
    return Object.fromEntries(functions) as EachFunction<LambdaFunction>;
  }

  private runEvery(id: string, minutes: number, handler: LambdaFunction): void {
    new Rule(this, id, {
      schedule: Schedule.rate(Duration.minutes(minutes)),
      // What failed is not tried again: the next run does all that is due.
      targets: [new LambdaTarget(handler, { retryAttempts: 0, event: RuleTargetInput.fromObject({}) })],
    });
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}

const socketApis = {
  desk: {
    stageName: "live",
    openBecause:
      "A browser can't send a header with a WebSocket: $connect takes a one-use ticket that /v1 hands out, and the function refuses any other.",
  },
  chat: {
    stageName: "chat",
    openBecause:
      "Anybody may write to us: the function checks the page's origin and the session's token, and limits who opens how many.",
  },
} as const satisfies Record<string, SocketApiProps>;

function sourcesOf(name: FunctionName, { queues, deadLetters }: StatefulStack): RouterFunctionProps["sources"] {
  if (name === "drain") {
    return [
      { name: "FifoDeadLetters", queue: deadLetters.fifo, ...drainSettings },
      { name: "DeadLetters", queue: deadLetters.standard, ...drainSettings },
    ];
  }
  const existing = queueNames.flatMap((queue) => {
    const pair = queues[queue];
    return pair ? [{ name: queue, ...pair }] : [];
  });
  return existing
    .filter((each) => queueSettings[each.name].worker === name)
    .map((each) => {
      const { maximumConcurrency, messagesPerBatch } = queueSettings[each.name];
      return { name: each.name, queue: each.queue, maximumConcurrency, messagesPerBatch };
    });
}
