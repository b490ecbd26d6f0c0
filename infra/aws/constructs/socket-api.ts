import { WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Validations } from "aws-cdk-lib/core";
import { Construct } from "constructs";

const routeKeys = ["$connect", "$disconnect", "$default"];

export interface SocketApiProps {
  stageName: string;
  /** why anybody may ask for a connection: who is let in is the function's to decide */
  openBecause: string;
}

/** A WebSocket API. Its stage is known before its routes, so that functions can push to it. */
export class SocketApi extends Construct {
  readonly stage: WebSocketStage;
  private readonly api: WebSocketApi;
  private readonly openBecause: string;

  constructor(scope: Construct, id: string, { stageName, openBecause }: SocketApiProps) {
    super(scope, id);
    this.openBecause = openBecause;
    this.api = new WebSocketApi(this, "Api");
    this.stage = new WebSocketStage(this, "Stage", { webSocketApi: this.api, stageName, autoDeploy: true });
    Validations.of(this.stage).acknowledge({
      id: "AwsSolutions-APIG1",
      reason: "Logs of WebSocket stages need a role set for the whole account, which is not this deployment's to set.",
    });
  }

  connect(handler: LambdaFunction): void {
    for (const key of routeKeys) {
      const integration = new WebSocketLambdaIntegration(key, handler);
      const route = this.api.addRoute(key, { integration });
      Validations.of(route).acknowledge({ id: "AwsSolutions-APIG4", reason: this.openBecause });
    }
  }
}
