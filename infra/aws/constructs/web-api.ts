import { AccessLogFormat, AccessLogField } from "aws-cdk-lib/aws-apigateway";
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination, type HttpRoute } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { RemovalPolicy, Validations } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { subtreesOf } from "../../../shared/api/contract.ts";
import { recordsApi } from "../../../shared/api/records-part.ts";
import { logRetentionDays } from "../settings.ts";

export interface WebApiRoutes {
  ingest: LambdaFunction;
  api: LambdaFunction;
  files: LambdaFunction;
  records: LambdaFunction;
  pages: LambdaFunction;
}

/** The HTTP API: webhooks in, /v1 for agents and operators, pages. Its endpoint is known before its routes. */
export class WebApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.api = new HttpApi(this, "Api", { createDefaultStage: false });
    const accessLog = new LogGroup(this, "AccessLog", {
      retention: logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, "Stage", {
      httpApi: this.api,
      stageName: "$default",
      autoDeploy: true,
      accessLogSettings: { destination: new LogGroupLogDestination(accessLog), format: accessLogFormat },
    });
  }

  /** @param signIn who issues the tokens of /v1, and for whom */
  connect(functions: WebApiRoutes, signIn: { issuer: string; audience: string }): void {
    const authorizer = new HttpJwtAuthorizer("SignedIn", signIn.issuer, { jwtAudience: [signIn.audience] });
    const route = (path: string, method: HttpMethod, name: keyof WebApiRoutes) =>
      this.api.addRoutes({
        path,
        methods: [method],
        integration: new HttpLambdaIntegration(name, functions[name]),
        ...(path.startsWith("/v1/") && { authorizer }),
      });
    route("/v1/{proxy+}", HttpMethod.ANY, "api");
    for (const subtree of subtreesOf(recordsApi)) {
      route(`/v1/${subtree}`, HttpMethod.ANY, "records");
      route(`/v1/${subtree}/{proxy+}`, HttpMethod.ANY, "records");
    }
    route("/v1/files", HttpMethod.POST, "files");
    const open: [HttpRoute[], string][] = [
      [
        route("/webhooks/{proxy+}", HttpMethod.POST, "ingest"),
        "Providers sign each webhook; ingest checks the signature.",
      ],
      [
        route("/webhooks/{proxy+}", HttpMethod.GET, "ingest"),
        "A provider that sets a webhook up shows the token that it was given; ingest compares it.",
      ],
      [
        route("/files/{proxy+}", HttpMethod.GET, "files"),
        "Providers fetch a reply's files by a link that we signed and that ends after hours.",
      ],
      [route("/files/{proxy+}", HttpMethod.HEAD, "files"), "Some ask for a file's type before they fetch it."],
      [route("/desk", HttpMethod.GET, "pages"), "A static page; it holds no data before sign-in."],
      [route("/desk/{proxy+}", HttpMethod.GET, "pages"), "Static files; they hold no data."],
      [route("/widget.js", HttpMethod.GET, "pages"), "Every page with a chat loads it, for whoever reads the page."],
      [route("/openapi.json", HttpMethod.GET, "pages"), "It says what the API takes, and holds no data."],
      [route("/docs", HttpMethod.GET, "pages"), "A static page about the API; it holds no data."],
      [route("/docs/{proxy+}", HttpMethod.GET, "pages"), "Static files; they hold no data."],
    ];
    for (const [routes, reason] of open) {
      for (const each of routes) Validations.of(each).acknowledge({ id: "AwsSolutions-APIG4", reason });
    }
  }
}

/** About 130 bytes a request, and nothing about a person: no address, no path parameter, no query. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    route: "$context.routeKey",
    status: AccessLogField.contextStatus(),
    ms: AccessLogField.contextResponseLatency(),
  }),
);
