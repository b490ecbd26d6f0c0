import { Worker } from "node:worker_threads";
import { localSecretAccessKey } from "../../infra/local/gateway/presigned.ts";

export interface RemoteApp {
  /** @param path e.g. `stores.messages.get` @throws Error with what the port threw, as `Name: message` */
  call(path: string, ...input: unknown[]): Promise<unknown>;
  close(): Promise<unknown>;
}

/** The ports as a function has them, in a thread whose environment is this and nothing else. */
export function startRemoteApp(env: Record<string, string>): RemoteApp {
  const worker = new Worker(new URL("app-worker.ts", import.meta.url), { env });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  worker.on("message", ({ id, output, error }: { id: number; output?: unknown; error?: string }) => {
    const call = waiting.get(id)!;
    waiting.delete(id);
    if (error === undefined) call.resolve(output);
    else call.reject(new Error(error));
  });
  worker.on("error", (error) => {
    for (const call of waiting.values()) call.reject(error);
  });
  let calls = 0;
  return {
    call(path, ...input) {
      const call = Promise.withResolvers<unknown>();
      waiting.set((calls += 1), call);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows, not for threads
      worker.postMessage({ id: calls, path, input });
      return call.promise;
    },
    close: () => worker.terminate(),
  };
}

/** The variables by which the SDK finds a stand-in for AWS. */
export const awsAt = (url: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: url,
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "route",
  AWS_SECRET_ACCESS_KEY: localSecretAccessKey,
});
