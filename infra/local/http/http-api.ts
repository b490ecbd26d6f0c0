import type { Meter } from "../gateway/gateway.ts";
import type { Invocable } from "../lambda/function.ts";
import type { IntegrationDefinition, RouteDefinition } from "../template/blueprint.ts";
import { answerOf, gatewayAnswer, type HttpApiAnswer } from "./answer.ts";
import { type ApiContext, httpApiEvent, type HttpApiRequest } from "./event.ts";
import type { JwtAuthorizer } from "./jwt-authorizer.ts";
import { RouteTable } from "./routes.ts";

/** Payload of a request (API Gateway quotas for HTTP APIs). */
export const maxRequestBytes = 10 * 1024 * 1024;

/** The longest integration time-out of HTTP APIs, and their default. */
const maxIntegrationMs = 30_000;

/** HTTP API requests are billed in pieces of 512 KB (API Gateway pricing). */
const billedRequestBytes = 512 * 1024;

export interface HttpApiOptions {
  apiId: string;
  stage: string;
  accountId: string;
  /** the domain under which AWS would serve it */
  domainName: string;
  routes: { definition: RouteDefinition; integration: IntegrationDefinition }[];
  authorizers: Map<string, JwtAuthorizer>;
  /** by ARN */
  functions: Map<string, Invocable>;
  meter: Meter;
  /** milliseconds since 1970 */
  now(): number;
}

/** One HTTP API: routes, authorizers and Lambda integrations of payload format 2.0. */
export class HttpApi {
  readonly #options: HttpApiOptions;
  readonly #routes: RouteTable;

  constructor(options: HttpApiOptions) {
    this.#options = options;
    this.#routes = new RouteTable(options.routes.map((route) => ({ key: route.definition.routeKey, ...route })));
  }

  async handle(request: HttpApiRequest): Promise<HttpApiAnswer> {
    const { meter, apiId } = this.#options;
    const pieces = Math.max(1, Math.ceil(request.body.length / billedRequestBytes));
    meter.record({
      caller: apiId,
      service: "apigateway",
      operation: "HttpRequest",
      units: { httpApiRequests: pieces },
    });
    if (request.body.length > maxRequestBytes) return gatewayAnswer(413, "Request Entity Too Large");
    const match = this.#routes.match(request.method, request.path);
    if (!match) return gatewayAnswer(404, "Not Found");
    const { definition, integration } = match.route;
    const authorizer = definition.authorizerId ? this.#options.authorizers.get(definition.authorizerId) : undefined;
    const authorization = await authorizer?.authorize(request, definition.scopes);
    if (authorization && !authorization.ok) return authorization.answer;
    const event = httpApiEvent(request, match, this.#context(), authorization?.authorized);
    return this.#invoke(integration, event);
  }

  async #invoke(integration: IntegrationDefinition, event: object): Promise<HttpApiAnswer> {
    const target = this.#options.functions.get(integration.functionArn)!;
    const timeout = Promise.withResolvers<HttpApiAnswer>();
    const timer = setTimeout(
      () => timeout.resolve(gatewayAnswer(503, "Service Unavailable")),
      Math.min(maxIntegrationMs, integration.timeoutMs ?? maxIntegrationMs),
    );
    try {
      return await Promise.race([target.invoke(event).then(answerOf), timeout.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #context(): ApiContext {
    const { apiId, accountId, domainName, stage, now } = this.#options;
    return { apiId, accountId, domainName, stage, now: Math.floor(now()) };
  }
}
