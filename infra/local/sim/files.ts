import { problem } from "../../../shared/flow/http-reply.ts";
import type { LocalReply } from "../http/server.ts";
import type { SimulatedProvider } from "../providers/provider.ts";
import type { SimRequest } from "./input.ts";

const filePath = /^\/files\/(?<provider>[a-z]+)\/(?<id>[^/]+)$/;

/**
 * A file that a customer sent or was sent, as the outbox names it. Whatever is in it runs nowhere.
 *
 * @returns undefined where the path is no file's
 */
export function showFile({ method, path }: SimRequest, providers: SimulatedProvider[]): LocalReply | undefined {
  const { provider: name, id = "" } = filePath.exec(path)?.groups ?? {};
  const provider = providers.find((each) => each.name === name);
  if (!provider) return undefined;
  if (method !== "GET") return problem(405, `/sim${path} takes GET.`, {}, { allow: "GET" });
  const file = provider.file(id);
  if (!file) return problem(404, `The simulated provider ${provider.name} has no file ${id}.`);
  const headers = {
    "content-type": file.contentType,
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cache-control": "private, max-age=3600",
  };
  return { status: 200, headers, body: file.bytes };
}
