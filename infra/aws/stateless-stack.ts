import { Rule, RuleTargetInput, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction as LambdaTarget } from "aws-cdk-lib/aws-events-targets";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { CfnCondition, CfnOutput, CfnParameter, Duration, Fn, Stack, Token, type StackProps } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { accessOf, type Access } from "./access.ts";
import type { Bundle } from "./bundle.ts";
import { Monitoring } from "./constructs/monitoring.ts";
import { RouterFunction, type RouterFunctionProps } from "./constructs/router-function.ts";
import { CognitoSignIn, type SignIn } from "./constructs/sign-in.ts";
import { SocketApi } from "./constructs/socket-api.ts";
import { WebApi } from "./constructs/web-api.ts";
import { drainSettings, functionNames, queueNames, queueSettings, type FunctionName } from "./settings.ts";
import type { StatefulStack } from "./stateful-stack.ts";

export interface StatelessStackProps extends StackProps {
  /** what names begin with; tells deployments in one account apart */
  deployment: string;
  stateful: StatefulStack;
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
    const socketApi = new SocketApi(this, "SocketApi");
    const publicUrls = this.publicUrls(webApi.api.apiEndpoint);
    const signIn = props.signIn ?? this.cognito(props.stateful, publicUrls);
    const access = accessOf({ stateful: props.stateful, socketStage: socketApi.stage, publicUrls, signIn });
    const functions = this.createFunctions(props, access);

    webApi.connect(functions, signIn);
    socketApi.connect(functions.socket);
    new Rule(this, "EveryMinute", {
      schedule: Schedule.rate(Duration.minutes(1)),
      // A sweep that failed is not tried again: the next one does all that is due.
      targets: [new LambdaTarget(functions.sweep, { retryAttempts: 0, event: RuleTargetInput.fromObject({}) })],
    });
    new Monitoring(this, "Monitoring", {
      deployment: props.deployment,
      queues: props.stateful.queues,
      functions,
      httpApi: webApi.api,
      alarmTopicArn: props.alarmTopicArn,
    });
    this.output("BaseUrl", webApi.api.apiEndpoint, "Where webhooks, /v1 and /desk are");
    this.output("SocketUrl", socketApi.stage.url, "The desk's WebSocket");
    this.output("Issuer", signIn.issuer, "Who issues the tokens that /v1 takes");
    this.output("ClientId", signIn.clientId, "The desk as a client of that issuer");
    this.output("TwilioSecretId", props.stateful.twilioSecret.secretArn, "The secret to fill in: docs/deploy.md");
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
    { deployment, stateful, bundles }: StatelessStackProps,
    access: Record<FunctionName, Access[]>,
  ): Record<FunctionName, LambdaFunction> {
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
    return Object.fromEntries(functionNames.map((name) => [name, create(name)])) as Record<
      FunctionName,
      LambdaFunction
    >;
  }

  private output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}

function sourcesOf(name: FunctionName, { queues }: StatefulStack): RouterFunctionProps["sources"] {
  if (name === "drain") {
    return queueNames.map((queue) => ({
      name: `${queue}DeadLetters`,
      queue: queues[queue].deadLetters,
      ...drainSettings,
    }));
  }
  return queueNames
    .filter((queue) => queueSettings[queue].worker === name)
    .map((queue) => ({
      name: queue,
      queue: queues[queue].queue,
      maximumConcurrency: queueSettings[queue].maximumConcurrency,
      messagesPerBatch: queueSettings[queue].messagesPerBatch,
    }));
}
