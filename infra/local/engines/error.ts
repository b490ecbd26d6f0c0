/** An error as an AWS service answers it. */
export class AwsError extends Error {
  /** As the SDK names it, e.g. `QueueDoesNotExist` */
  readonly code: string;
  /** HTTP status */
  readonly status: number;
  /** The older name that SQS sends in `x-amzn-query-error`, e.g. `AWS.SimpleQueueService.NonExistentQueue` */
  readonly queryCode: string;

  constructor(code: string, message: string, options: { status?: number; queryCode?: string } = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = options.status ?? 400;
    this.queryCode = options.queryCode ?? code;
  }
}

/** Refuses what an operation does not know: ignoring it in silence would make the embedded cloud lie. */
export function refuseUnknown(what: string, input: object, known: readonly string[]): void {
  for (const key of Object.keys(input))
    if (!known.includes(key) && (input as Record<string, unknown>)[key] !== undefined)
      throw new AwsError("UnsupportedOperation", `The embedded cloud does not imitate ${key} of ${what}`);
}
