import { Addresses } from "./addresses.ts";
import { EventSource } from "./lambda/event-source.ts";
import { localSecretAccessKey } from "./gateway/presigned.ts";
import { LambdaFunction } from "./lambda/function.ts";
import type { Engines } from "./start-engines.ts";
import type { Blueprint, FunctionDefinition } from "./template/blueprint.ts";
import { account } from "./template/interpret.ts";
import { TemplateError } from "./template/intrinsics.ts";

/** By ARN. */
export type Functions = Map<string, LambdaFunction>;

export interface FunctionsOptions {
  blueprint: Blueprint;
  engines: Engines;
  baseUrl: string;
  /** what stands in for providers' origins */
  origins: Record<string, string>;
  log(line: string): void;
}

/**
 * Every function of the templates. Each is loaded when its first event comes, as on Lambda: to load all of them would take
 * a laptop's seconds and half a gigabyte for what most runs never call.
 */
export function startFunctions(options: FunctionsOptions, resources: AsyncDisposableStack): Functions {
  const { blueprint, engines, baseUrl, origins, log } = options;
  const { clock, gateway } = engines;
  const addresses = new Addresses(blueprint, { baseUrl, gatewayUrl: gateway.url });
  const functions = blueprint.functions.map(
    (definition) =>
      new LambdaFunction({
        definition,
        environment: environmentOf(definition, addresses, gateway.url),
        clock,
        meter: gateway.meter,
        origins,
        log: (line) => log(`[${definition.name}] ${line}`),
      }),
  );
  resources.defer(async () => void (await Promise.all(functions.map((each) => each.close()))));
  return new Map(functions.map((each) => [each.definition.arn, each]));
}

/** The template's variables, then Lambda's own (developer guide, "Defined runtime environment variables"). */
export function environmentOf(
  definition: FunctionDefinition,
  addresses: Addresses,
  gatewayUrl: string,
): Record<string, string> {
  const own = Object.entries(definition.environment).map(([name, value]) => [name, addresses.local(value)]);
  return {
    ...Object.fromEntries(own),
    AWS_REGION: account.region,
    AWS_ACCESS_KEY_ID: definition.name,
    AWS_SECRET_ACCESS_KEY: localSecretAccessKey,
    AWS_ENDPOINT_URL: gatewayUrl,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    LAMBDA_TASK_ROOT: definition.codeDirectory,
  };
}

/** The pollers of the templates' event source mappings, not yet polling. */
export function eventSources(
  options: Pick<FunctionsOptions, "blueprint" | "engines" | "log">,
  functions: Functions,
): EventSource[] {
  const { blueprint, engines, log } = options;
  const { sqs, clock, gateway } = engines;
  return blueprint.eventSourceMappings
    .filter(({ enabled }) => enabled)
    .map((definition) => {
      const queue = blueprint.queues.find(({ arn }) => arn === definition.queueArn);
      const target = [...functions.values()].find((each) => each.definition.name === definition.functionName);
      if (!queue || !target)
        throw new TemplateError(
          `an event source mapping names ${queue ? definition.functionName : definition.queueArn}, which these templates lack`,
        );
      const { region } = account;
      return new EventSource({
        definition,
        queueName: queue.name,
        region,
        target,
        sqs,
        clock,
        meter: gateway.meter,
        log,
      });
    });
}
