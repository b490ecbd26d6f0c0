import type { webhookContract } from "../../shared/api/webhooks.ts";
import { timeSortedId } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import { wakeWebhook } from "../../shared/flow/deliveries.ts";
import { ProblemError } from "../../shared/flow/http-reply.ts";
import { isoTime } from "../../shared/ports/clock.ts";
import type { Webhook } from "../../shared/ports/work.ts";
import { createSecret } from "../../shared/tools/webhook/secret.ts";
import { changed, changeWebhook, rotated } from "../../shared/tools/webhook/state.ts";
import { pageInMemory } from "../input.ts";
import { refusal } from "../refuse.ts";
import type { CallOf, Context, Handlers } from "../routes.ts";

export const webhookHandlers: Handlers<typeof webhookContract> = {
  listWebhooks: list,
  createWebhook: create,
  getWebhook: async (call) => shape(await existing(call.parameters.id, call), call),
  changeWebhook: change,
  rotateWebhookSecret: rotate,
  removeWebhook: remove,
};

async function list(call: CallOf<"listWebhooks">) {
  const webhooks = await call.app.stores.webhooks.list();
  const { items, cursor } = pageInMemory(webhooks, ({ id }) => id, call.query);
  return { items: await Promise.all(items.map((webhook) => shape(webhook, call))), cursor };
}

async function create(call: CallOf<"createWebhook">) {
  const { app, body, caller } = call;
  await requireReachable(body.url, call);
  if ((await app.stores.webhooks.list()).length >= limits.maxWebhooks)
    throw refusal("too-many-webhooks", `There are ${limits.maxWebhooks} webhooks already: remove one first.`);
  const now = app.clock.now();
  const secret = createSecret(app.random);
  const webhook: Webhook = {
    id: timeSortedId("whk", now, app.random.bytes(10)),
    schemaVersion: 1,
    url: body.url,
    events: unique(body.events),
    secrets: [secret],
    state: "active",
    createdAt: isoTime(now),
    createdBy: caller.id,
    version: 1,
  };
  await app.stores.webhooks.put(webhook);
  app.log.info("webhook.created", { by: caller.id, webhookId: webhook.id });
  return { ...(await shape(webhook, call)), secret };
}

async function change(call: CallOf<"changeWebhook">) {
  const { app, body, caller } = call;
  const { url, state } = body;
  const known = await existing(call.parameters.id, call);
  if (url !== undefined) await requireReachable(url, call);
  const events = body.events && unique(body.events);
  const webhook = await changeWebhook(known, (each) => changed(each, { url, events, state }), app.stores.webhooks);
  if (!webhook) throw missing(known.id);
  if (state === "active") await wakeWebhook(webhook.id, `active:${webhook.version}`, app);
  app.log.info("webhook.changed", { by: caller.id, webhookId: webhook.id, state: webhook.state });
  return shape(webhook, call);
}

async function rotate(call: CallOf<"rotateWebhookSecret">) {
  const { app, caller } = call;
  const known = await existing(call.parameters.id, call);
  const secret = createSecret(app.random);
  const now = app.clock.now();
  const webhook = await changeWebhook(known, (each) => rotated(each, secret, now), app.stores.webhooks);
  if (!webhook) throw missing(known.id);
  app.log.info("webhook.rotated", { by: caller.id, webhookId: webhook.id });
  return { ...(await shape(webhook, call)), secret };
}

async function remove(call: CallOf<"removeWebhook">) {
  const { id } = await existing(call.parameters.id, call);
  await call.app.stores.webhooks.remove(id);
  call.app.log.info("webhook.removed", { by: call.caller.id, webhookId: id });
  return { id, removed: true as const };
}

async function existing(id: string, { app }: Context): Promise<Webhook> {
  const webhook = await app.stores.webhooks.get(id);
  if (webhook) return webhook;
  throw missing(id);
}

const missing = (id: string): ProblemError => new ProblemError(404, `There is no webhook ${id}.`);

/** Each delivery checks again: what a name resolves to may change. @throws ProblemError 400 */
async function requireReachable(url: string, { app }: Context): Promise<void> {
  const objection = await app.foreignHttp.objectionTo(url);
  if (objection === undefined) return;
  throw new ProblemError(400, "Name a public address of the receiver that begins with https://.", {
    errors: [{ field: "url", message: objection }],
  });
}

const unique = (events: readonly string[]): string[] => [...new Set(events)];

/** Secrets are shown when they are made, and never again. */
async function shape(webhook: Webhook, { app }: Context) {
  const { id, url, events, state, lastError, lastSuccessAt, rotatesAt, createdAt, createdBy } = webhook;
  const isRotating = rotatesAt !== undefined && Date.parse(rotatesAt) > app.clock.now();
  const { items } = await app.stores.webhooks.backlog(id, { limit: limits.maxWaitingCounted });
  return {
    id,
    url,
    events,
    state,
    lastError: lastError ?? null,
    lastSuccessAt: lastSuccessAt ?? null,
    waiting: items.length,
    rotatesAt: isRotating ? rotatesAt : null,
    createdAt,
    createdBy,
  };
}
