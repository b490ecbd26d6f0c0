import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VirtualClock } from "../../../infra/local/clock.ts";
import { Meter } from "../../../infra/local/gateway/gateway.ts";
import { LambdaFunction } from "../../../infra/local/lambda/function.ts";
import type { FunctionDefinition } from "../../../infra/local/template/blueprint.ts";

export interface BundleOptions {
  clock?: VirtualClock;
  definition?: Partial<FunctionDefinition>;
  environment?: Record<string, string>;
  origins?: Record<string, string>;
}

/** A function from a few lines of CommonJS, as its asset would hold them. */
export function functionOf(
  source: string,
  options: BundleOptions = {},
): { target: LambdaFunction; log: string[]; dispose: () => Promise<void> } {
  const clock = options.clock ?? new VirtualClock();
  const codeDirectory = mkdtempSync(join(tmpdir(), "switchyard-function-"));
  writeFileSync(join(codeDirectory, "index.cjs"), source);
  const log: string[] = [];
  const target = new LambdaFunction({
    definition: {
      name: "sample",
      arn: "arn:aws:lambda:us-east-1:000000000000:function:sample",
      codeDirectory,
      handler: "index.handler",
      environment: {},
      timeoutMs: 5_000,
      memoryMegabytes: 128,
      roleArn: "role",
      ...options.definition,
    },
    environment: options.environment ?? {},
    clock,
    meter: new Meter(clock),
    origins: options.origins ?? {},
    log: (line) => log.push(line),
  });
  return {
    target,
    log,
    async dispose() {
      await target.close();
      rmSync(codeDirectory, { recursive: true });
    },
  };
}
