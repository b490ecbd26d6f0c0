import { limits } from "../../../shared/core/limits.ts";
import {
  HttpNotSent,
  HttpOutcomeUnknown,
  type Http,
  type HttpAnswer,
  type HttpCall,
} from "../../../shared/ports/http.ts";
import { ConnectRefused } from "./connection.ts";

/**
 * Asks the router what the provider will ask it, before anything is changed: whether it is there, and goes by the same secret.
 * What is asked is nothing that a customer says, so nothing is kept of it.
 *
 * @throws ConnectRefused
 */
export async function askRouter(call: Omit<HttpCall, "timeoutMs">, http: Http): Promise<string> {
  const { origin, pathname } = new URL(call.url);
  const answer = await answered(() => http.call({ ...call, timeoutMs: limits.sendTimeoutMs }));
  if (answer.status === 200) return answer.body;
  const said = `The router at ${origin} answers ${answer.status} to ${pathname}${detailOf(answer)}`;
  if (answer.status !== 403) throw new ConnectRefused(`${said} Nothing was changed here.`);
  throw new ConnectRefused(
    `${said} Store this document in the router's secret first (functions read it again within five minutes), and give the URL by which the router knows itself. Nothing was changed here.`,
  );
}

function detailOf({ body }: HttpAnswer): string {
  try {
    const { detail } = JSON.parse(body) as { detail?: unknown };
    return typeof detail === "string" ? `: ${detail.replace(/\.?$/, ".")}` : ".";
  } catch {
    return ".";
  }
}

/** @throws ConnectRefused where there is no answer */
export async function answered(call: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof HttpNotSent || error instanceof HttpOutcomeUnknown) throw new ConnectRefused(error.message);
    throw error;
  }
}
