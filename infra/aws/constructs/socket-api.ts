import { WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Validations } from "aws-cdk-lib/core";
import { Construct } from "constructs";

const routeKeys = ["$connect", "$disconnect", "$default"];

/** The desk's live connection. Its stage is known before its routes, so that functions can push to it. */
export class SocketApi extends Construct {
  readonly stage: WebSocketStage;
  private readonly api: WebSocketApi;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.api = new WebSocketApi(this, "Api");
    this.stage = new WebSocketStage(this, "Stage", { webSocketApi: this.api, stageName: "live", autoDeploy: true });
    Validations.of(this.stage).acknowledge({
      id: "AwsSolutions-APIG1",
      reason: "Logs of WebSocket stages need a role set for the whole account, which is not this deployment's to set.",
    });
  }

  connect(socket: LambdaFunction): void {
    for (const key of routeKeys) {
      const integration = new WebSocketLambdaIntegration(key, socket);
      const route = this.api.addRoute(key, { integration });
      Validations.of(route).acknowledge({
        id: "AwsSolutions-APIG4",
        reason:
          "A browser can't send a header with a WebSocket: $connect takes a one-use ticket that /v1 hands out, and the function refuses any other.",
      });
    }
  }
}
