/** A message as it goes to the mail service, whole. */
export interface MailMessage {
  /** envelope sender, one of our inboxes */
  from: string;
  /** envelope recipients */
  to: string[];
  /** the message (RFC 5322) with its headers */
  raw: Uint8Array;
  /** come back with each event about it */
  tags: Record<string, string>;
}

/** The service surely did not take it and will not as it is. */
export class MailRefused extends Error {
  override name = "MailRefused";
  /** the service's own */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The service surely did not take it, and may later. The message says to a person what to do, if anything. */
export class MailNotSent extends Error {
  override name = "MailNotSent";
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The service may have taken it: no answer came. */
export class MailOutcomeUnknown extends Error {
  override name = "MailOutcomeUnknown";
}

/** Mail out (SES). */
export interface Mail {
  /** @returns the service's id of the message @throws MailRefused | MailNotSent | MailOutcomeUnknown */
  send(message: MailMessage): Promise<{ providerId: string }>;
}
