import { apiDomain } from "./addresses.ts";
import type { VirtualClock } from "./clock.ts";
import type { Meter } from "./gateway/gateway.ts";
import { HttpApi } from "./http/http-api.ts";
import { JwtAuthorizer } from "./http/jwt-authorizer.ts";
import type { TokenSigner } from "./issuer/tokens.ts";
import type { LambdaFunction } from "./lambda/function.ts";
import type { ApiDefinition, Blueprint, IntegrationDefinition, RouteDefinition } from "./template/blueprint.ts";
import { account } from "./template/interpret.ts";
import { TemplateError } from "./template/intrinsics.ts";
import { WebSocketApi } from "./websocket/websocket-api.ts";

export interface ApiParts {
  blueprint: Blueprint;
  /** by ARN */
  functions: Map<string, LambdaFunction>;
  signer: TokenSigner;
  clock: VirtualClock;
  meter: Meter;
}

/** The templates' one HTTP API. @throws TemplateError where there is none, or more than one address could serve */
export function assembleHttpApi(parts: ApiParts): HttpApi {
  const { blueprint, functions, signer, clock, meter } = parts;
  const apis = blueprint.apis.filter(({ protocol }) => protocol === "HTTP");
  const [api] = apis;
  if (!api || apis.length > 1)
    throw new TemplateError(`the embedded cloud serves one HTTP API; the templates have ${apis.length}`);
  const stage = stageOf(blueprint, api);
  if (stage !== "$default") throw new TemplateError(`the HTTP API's stage is "${stage}": only $default is supported`);
  const authorizers = blueprint.authorizers.map((definition) => {
    if (definition.issuer !== signer.issuer)
      throw new TemplateError(
        `an authorizer takes tokens of ${definition.issuer}: only those of the templates' own user pool are issued here`,
      );
    return [definition.id, new JwtAuthorizer({ definition, keys: signer.keys, now: () => clock.now() })] as const;
  });
  const routes = routesOf(blueprint, api);
  for (const { definition, integration } of routes)
    if (integration.payloadFormatVersion !== "2.0")
      throw new TemplateError(`${definition.routeKey}: only payload format 2.0 is supported for HTTP APIs`);
  return new HttpApi({
    apiId: api.id,
    stage,
    accountId: account.accountId,
    domainName: apiDomain(api.id),
    routes,
    authorizers: new Map(authorizers),
    functions,
    meter,
    now: () => clock.now(),
  });
}

/** WebSocket APIs by the path at which they are served: `/` and the stage's name. */
export function assembleWebSocketApis({ blueprint, functions, clock, meter }: ApiParts): Map<string, WebSocketApi> {
  const served = new Map<string, WebSocketApi>();
  for (const api of blueprint.apis.filter(({ protocol }) => protocol === "WEBSOCKET")) {
    const stage = stageOf(blueprint, api);
    const path = `/${stage}`;
    if (served.has(path))
      throw new TemplateError(`two WebSocket APIs have the stage "${stage}": one address can't serve both`);
    const routes = routesOf(blueprint, api).map(
      ({ definition, integration }) => [definition.routeKey, functions.get(integration.functionArn)!] as const,
    );
    const expression = api.routeSelectionExpression ?? "$request.body.action";
    const options = { apiId: api.id, stage, domainName: apiDomain(api.id), routes: new Map(routes), clock, meter };
    served.set(path, new WebSocketApi({ ...options, routeSelectionExpression: expression }));
  }
  return served;
}

function stageOf(blueprint: Blueprint, api: ApiDefinition): string {
  const stages = blueprint.stages.filter(({ apiId }) => apiId === api.id);
  const [stage] = stages;
  if (!stage || stages.length > 1)
    throw new TemplateError(`the API ${api.name} (${api.id}) has ${stages.length} stages: one is supported`);
  return stage.name;
}

function routesOf(
  blueprint: Blueprint,
  api: ApiDefinition,
): { definition: RouteDefinition; integration: IntegrationDefinition }[] {
  return blueprint.routes
    .filter(({ apiId }) => apiId === api.id)
    .map((definition) => {
      const integration = blueprint.integrations.find(({ id }) => id === definition.integrationId);
      if (!integration) throw new TemplateError(`the route ${definition.routeKey} has no integration`);
      return { definition, integration };
    });
}
