import type { HttpAnswer, HttpCall } from "../../../shared/ports/http.ts";

/** A call of a provider's API, or for a file on its machines. */
export type ProviderCall = Pick<HttpCall, "method" | "url" | "headers" | "body">;

/** What the provider answers: text, or a file. */
export type ProviderAnswer = HttpAnswer | { status: number; headers: Record<string, string>; bytes: Uint8Array };

/** A file that a customer sends, or that was sent to one. */
export interface ProvidedFile {
  contentType: string;
  bytes: Uint8Array;
}

/** How a provider fetches what it is to send on, or what a customer's phone shows. @returns undefined where it can't be had */
export type FetchFile = (url: string) => Promise<ProvidedFile | undefined>;

/** What a customer has received, as `/sim/outbox` shows it. */
export interface OutboxItem {
  channel: string;
  from: string;
  to: string;
  text: string;
  subject: string | null;
  headers: Record<string, string>;
  providerId: string;
  /** ISO 8601 */
  at: string;
  /** files, each at its address below /sim/files */
  media?: { contentType: string; url: string }[];
  /** answers to choose from */
  buttons?: string[];
}

export interface OverheardWebhook {
  /** in full, as the provider would have called it */
  url: string;
  path: string;
  /** names in lower case */
  headers: Record<string, string | undefined>;
  body: Buffer;
}

/** Where /sim shows a file that a customer sent, or that was sent to one. */
export const shownAt = (provider: SimulatedProvider["name"] | "email", fileId: string): string =>
  `/sim/files/${provider}/${encodeURIComponent(fileId)}`;

/** Somebody else's service on this machine: it signs as the real one does, and keeps the real one's rules. */
export interface SimulatedProvider {
  readonly name: "twilio" | "meta" | "telegram" | "custom";
  /** what it stands in for, e.g. https://api.twilio.com */
  readonly origins: readonly string[];
  /**
   * One call of any of its origins.
   *
   * @throws HttpOutcomeUnknown where the connection is cut with the call carried out or not; HttpNotSent where none stands
   */
  handle(call: ProviderCall): ProviderAnswer | Promise<ProviderAnswer>;
  /**
   * A webhook on its way to the router, whoever posts it. One that is signed as this provider's says what a customer did,
   * so that a script that signs for itself is answered as a customer of the simulation is.
   */
  overhear?(webhook: OverheardWebhook): void;
  /** Oldest first. */
  outbox(filter: { channel?: string; to?: string }): OutboxItem[];
  /** A file that a customer sent, or that was sent to one, by the id at the end of its address. */
  file(id: string): ProvidedFile | undefined;
  /** Goes on with what an earlier process accepted. Call it when the webhooks can be reached. */
  resume(): void;
  /** Nothing is sent or stored any more; the rest waits for `resume` of another. */
  close(): void;
}
