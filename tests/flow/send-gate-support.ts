import { agent, configuration, started, type Flow } from "./harness.ts";
import type { Capabilities } from "../../shared/core/capabilities.ts";
import type { Inbox } from "../../shared/core/inbox.ts";
import type { OutboundStored } from "../../shared/core/message.ts";
import type { HttpAnswer } from "../../shared/ports/http.ts";

let keys = 0;

/** anna's conversation, under another router.yaml and another channel. */
export async function startedWith(inbox: Partial<Inbox>, capabilities: Partial<Capabilities> = {}) {
  const { flow, id } = await started();
  flow.app.config = {
    ...configuration,
    inboxes: configuration.inboxes.map((each) => (each.id === "sms-main" ? { ...each, ...inbox } : each)),
    channels: { ...configuration.channels, sms: { ...configuration.channels["sms"]!, ...capabilities } },
  };
  return { flow, id };
}

export async function reply(flow: Flow, id: string, text: string, key = `k${(keys += 1)}`): Promise<string> {
  const path = `/v1/conversations/${id}/messages`;
  const answer = await flow.call(agent("agent-en"), "POST", path, { text }, { "idempotency-key": key });
  if (answer.status !== 202) throw new Error(JSON.stringify(answer.body));
  return answer.body.id;
}

export const stored = async (flow: Flow, id: string) => (await flow.stores.messages.get(id)) as OutboundStored;

export async function outOf(flow: Flow, conversationId: string): Promise<OutboundStored[]> {
  const { items } = await flow.stores.messages.list(conversationId, { limit: 100 });
  return items.filter((message) => message.direction === "out") as OutboundStored[];
}

export const answered =
  (status: number, code: number, headers: Record<string, string> = {}) =>
  async (): Promise<HttpAnswer> => ({
    status,
    headers,
    body: JSON.stringify({ code, message: "No.", status }),
  });

export const inParts: Partial<Capabilities> = { text: { maxCharacters: 10, maxParts: 4 } };
