import { z } from "zod";
import { generatedId, interpreter } from "../template/interpreter.ts";
import { functionArnOf } from "./names.ts";
import { ignored, tags } from "./schema.ts";

/*
 * HTTP and WebSocket APIs share these five resource types. What is not here (CORS, route responses, request
 * parameters, domain names …) stops the start.
 */

const idLength = 10;

export const apigatewayApi = interpreter({
  type: "AWS::ApiGatewayV2::Api",
  properties: z.strictObject({
    Name: z.string(),
    Description: ignored("for people"),
    ProtocolType: z.enum(["HTTP", "WEBSOCKET"]),
    RouteSelectionExpression: z.string().optional(),
    DisableExecuteApiEndpoint: z.literal(false).optional(),
    IpAddressType: ignored("this machine's loopback address serves both"),
    Tags: tags,
  }),
  interpret(resource) {
    const { properties: api, blueprint, account } = resource;
    const id = generatedId(resource, idLength);
    blueprint.apis.push({
      id,
      name: api.Name,
      protocol: api.ProtocolType,
      routeSelectionExpression: api.RouteSelectionExpression,
    });
    const scheme = api.ProtocolType === "HTTP" ? "https" : "wss";
    const endpoint = `${scheme}://${id}.execute-api.${account.region}.${account.urlSuffix}`;
    return { ref: id, attributes: { ApiId: id, ApiEndpoint: endpoint } };
  },
});

export const apigatewayStage = interpreter({
  type: "AWS::ApiGatewayV2::Stage",
  properties: z.strictObject({
    ApiId: z.string(),
    StageName: z.string(),
    Description: ignored("for people"),
    AutoDeploy: z.literal(true),
    DefaultRouteSettings: ignored("throttling of the account's traffic; one machine does not reach it"),
    AccessLogSettings: ignored("access logs are AWS's"),
    Tags: tags,
  }),
  interpret({ properties: stage, blueprint }) {
    blueprint.stages.push({ apiId: stage.ApiId, name: stage.StageName });
    return { ref: stage.StageName };
  },
});

export const apigatewayIntegration = interpreter({
  type: "AWS::ApiGatewayV2::Integration",
  properties: z.strictObject({
    ApiId: z.string(),
    Description: ignored("for people"),
    IntegrationType: z.literal("AWS_PROXY"),
    IntegrationUri: z.string(),
    // HTTP APIs call with payload 2.0; WebSocket APIs have a form of their own and say nothing, or 1.0.
    PayloadFormatVersion: z.enum(["1.0", "2.0"]).optional(),
    IntegrationMethod: ignored("a function is always invoked by POST"),
    TimeoutInMillis: z.number().optional(),
  }),
  interpret(resource) {
    const { properties: integration, blueprint } = resource;
    const id = generatedId(resource, idLength);
    blueprint.integrations.push({
      id,
      apiId: integration.ApiId,
      functionArn: functionArnOf(integration.IntegrationUri),
      payloadFormatVersion: integration.PayloadFormatVersion,
      timeoutMs: integration.TimeoutInMillis,
    });
    return { ref: id };
  },
});

export const apigatewayRoute = interpreter({
  type: "AWS::ApiGatewayV2::Route",
  properties: z.strictObject({
    ApiId: z.string(),
    RouteKey: z.string(),
    Target: z.string().regex(/^integrations\//, "a target begins with integrations/"),
    AuthorizationType: z.enum(["NONE", "JWT"]).optional(),
    AuthorizerId: z.string().optional(),
    AuthorizationScopes: z.array(z.string()).optional(),
  }),
  interpret(resource) {
    const { properties: route, blueprint } = resource;
    blueprint.routes.push({
      apiId: route.ApiId,
      routeKey: route.RouteKey,
      integrationId: route.Target.replace("integrations/", ""),
      authorizerId: route.AuthorizationType === "JWT" ? route.AuthorizerId : undefined,
      scopes: route.AuthorizationScopes ?? [],
    });
    return { ref: generatedId(resource, idLength) };
  },
});

export const apigatewayAuthorizer = interpreter({
  type: "AWS::ApiGatewayV2::Authorizer",
  properties: z.strictObject({
    ApiId: z.string(),
    Name: z.string(),
    AuthorizerType: z.literal("JWT"),
    IdentitySource: z.array(z.string().regex(/^\$request\.(header|querystring)\./)),
    JwtConfiguration: z.strictObject({ Issuer: z.string(), Audience: z.array(z.string()) }),
  }),
  interpret(resource) {
    const { properties: authorizer, blueprint } = resource;
    const id = generatedId(resource, idLength);
    blueprint.authorizers.push({
      id,
      apiId: authorizer.ApiId,
      issuer: authorizer.JwtConfiguration.Issuer,
      audience: authorizer.JwtConfiguration.Audience,
      identitySource: authorizer.IdentitySource,
    });
    return { ref: id, attributes: { AuthorizerId: id } };
  },
});
