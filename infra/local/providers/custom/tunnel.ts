import { fetchHttp } from "../../../../shared/adapters/http.ts";
import type { HttpAnswer } from "../../../../shared/ports/http.ts";
import type { ProviderCall } from "../provider.ts";

const timeoutMs = 5_000;

export const isOnThisMachine = (url: string): boolean =>
  URL.canParse(url) && /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(new URL(url).origin);

/** The call as it came, but for where it goes. @throws HttpNotSent | HttpOutcomeUnknown */
export function throughTunnel(url: string, { method, headers, body }: ProviderCall): Promise<HttpAnswer> {
  const kept = Object.entries(headers).filter(([name]) => name === "content-type" || name.startsWith("webhook-"));
  return fetchHttp.call({
    method,
    url,
    headers: Object.fromEntries(kept),
    ...(body !== undefined && { body }),
    timeoutMs,
  });
}
