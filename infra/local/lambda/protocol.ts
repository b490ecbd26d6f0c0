/** What a worker is told once, when it starts. */
export interface WorkerStart {
  codeDirectory: string;
  /** `file.export` */
  handler: string;
  functionName: string;
  functionArn: string;
  memoryMegabytes: number;
  /** one Float64: what the virtual clock is ahead of the machine's, in milliseconds */
  clockOffset: SharedArrayBuffer;
  /** origins that a function may fetch → where they are served on this machine */
  origins: Record<string, string>;
}

export interface InvocationRequest {
  requestId: string;
  /** JSON */
  event: string;
  /** milliseconds from now until the invocation is ended from outside */
  remainingMs: number;
}

/** The shape that Lambda gives errors (developer guide, "Handling errors in Node.js"). */
export interface InvocationError {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

export type WorkerMessage =
  | { kind: "ready" }
  | { kind: "initFailed"; error: InvocationError }
  | { kind: "succeeded"; requestId: string; payload: string }
  | { kind: "failed"; requestId: string; error: InvocationError };

export type InvocationResult = { ok: true; payload: string } | { ok: false; error: InvocationError };
