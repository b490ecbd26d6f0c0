import * as z from "zod/mini";
import { readJson } from "../../../shared/channels/json.ts";
import { callGraph, type GraphCall } from "../../../shared/channels/meta/graph.ts";
import type { Http, HttpAnswer } from "../../../shared/ports/http.ts";
import { ConnectRefused, LoginRefused } from "./connection.ts";
import { answered } from "./router.ts";

/** @see https://developers.facebook.com/docs/graph-api/reference/app/subscriptions/ */
export const subscriptionsSchema = z.object({
  data: z.array(
    z.object({ object: z.string(), callback_url: z.string(), fields: z.array(z.object({ name: z.string() })) }),
  ),
});

export const pageAppsSchema = z.object({
  data: z.array(z.object({ id: z.string(), subscribed_fields: z.optional(z.array(z.string())) })),
});

export const businessAppsSchema = z.object({
  data: z.array(z.object({ whatsapp_business_api_data: z.object({ id: z.string() }) })),
});

export const healthSchema = z.object({
  health_status: z.object({ entities: z.array(z.object({ entity_type: z.string(), id: z.string() })) }),
});

/** @see https://developers.facebook.com/docs/graph-api/guides/error-handling */
const errorSchema = z.object({ error: z.object({ code: z.number(), message: z.string() }) });

const codes = { login: 190, unverifiedCallback: 2200, permissions: [3, 10, 200] };

interface Question extends GraphCall {
  /** what is at fault where Meta does not take the access token */
  login: string;
}

/** @throws ConnectRefused saying what Meta does not take */
export async function askGraph<Schema extends z.ZodMiniType | undefined>(
  question: Question,
  schema: Schema,
  http: Http,
): Promise<Schema extends z.ZodMiniType ? z.infer<Schema> : undefined> {
  const answer = await answered(() => callGraph(question, http));
  if (answer.status !== 200) throw refusal(answer, question);
  const read = schema && z.safeParse(schema, readJson(answer.body));
  if (read && !read.success)
    throw new ConnectRefused(`Meta's answer to ${question.method} ${nameOf(question.path)} can't be read.`);
  return read?.data as Schema extends z.ZodMiniType ? z.infer<Schema> : undefined;
}

const nameOf = (path: string): string => path.split("?")[0]!.split("/").slice(2).join("/") || "the number's health";

function refusal({ status, body }: HttpAnswer, { method, path, login }: Question): ConnectRefused {
  const read = z.safeParse(errorSchema, readJson(body));
  const { code, message } = read.success ? read.data.error : { code: undefined, message: "" };
  if (code === codes.login) {
    const Refused = path.endsWith("/subscriptions") ? LoginRefused : ConnectRefused;
    return new Refused(`Meta does not take ${login} (190).`);
  }
  if (code === codes.unverifiedCallback)
    return new ConnectRefused(`Meta could not verify the callback URL (2200): ${message}`);
  const advice = codes.permissions.includes(code ?? -1)
    ? " The token lacks a permission: pages_manage_metadata for pages, whatsapp_business_management for WhatsApp."
    : "";
  return new ConnectRefused(
    `Meta answers ${status}${code === undefined ? "" : ` (${code})`} to ${method} ${nameOf(path)}: ${message}${advice}`,
  );
}
