import { SignJWT } from "jose";
import { subprotocol, type Handshake } from "../../../functions/chat/connect.ts";
import { run } from "../../../functions/chat/run.ts";
import type { HelloFrame, ServerFrame } from "../../../shared/channels/web/frames.ts";
import { agent, available, createFlow, onlyConversation, type Flow } from "../../flow/harness.ts";

/* A customer's chat against the functions in memory, as API Gateway would call them. */

export interface ChatUnderTest {
  connectionId: string;
  /** what $connect answered */
  status: number;
  headers: Record<string, string>;
  reason: string;
  send(frame: unknown): Promise<void>;
  /** all that it was told, oldest first */
  frames(): ServerFrame[];
  /** of one kind */
  told<Type extends ServerFrame["type"]>(type: Type): Extract<ServerFrame, { type: Type }>[];
  hello(): HelloFrame;
  disconnect(): Promise<void>;
}

let opened = 0;

/** Opens a chat and works off what follows, its hello first. */
export async function openChat(
  flow: Flow,
  { tokens = [], ...rest }: Partial<Handshake> & { tokens?: string[] } = {},
): Promise<ChatUnderTest> {
  opened += 1;
  const connectionId = `chat-${opened}`;
  const handshake = { sourceIp: "192.0.2.1", protocols: [subprotocol, ...tokens], ...rest, connectionId };
  const { status, headers, body } = await run({ route: "$connect", ...handshake }, flow.app);
  await flow.settle();
  const frames = () => flow.chats.framesOf(connectionId) as ServerFrame[];
  const told = <Type extends ServerFrame["type"]>(type: Type) =>
    frames().filter((frame): frame is Extract<ServerFrame, { type: Type }> => frame.type === type);
  return {
    connectionId,
    status,
    headers,
    reason: body === "" ? "" : JSON.parse(body).detail,
    async send(frame) {
      const text = typeof frame === "string" ? frame : JSON.stringify(frame);
      const takenAt = flow.clock.now();
      await run({ route: "$default", connectionId, body: text, takenAt }, flow.app);
      await flow.settle();
    },
    frames,
    told,
    hello: () => told("hello")[0]!,
    async disconnect() {
      flow.chats.gone.add(connectionId);
      await run({ route: "$disconnect", connectionId }, flow.app);
    },
  };
}

export const holder = agent("agent-en");

/** A chat that `holder` has taken on. */
export interface HeldChat {
  flow: Flow;
  chat: ChatUnderTest;
  conversationId: string;
  /** the holder's; gives the message's id */
  reply(body: { text?: string; media?: string[] }): Promise<string>;
}

export async function heldChat(text: string): Promise<HeldChat> {
  const flow = createFlow();
  await available(flow, "agent-en");
  const chat = await openChat(flow);
  await flow.advance(1_000);
  await chat.send({ type: "message", text, clientMessageId: "c1" });
  const { id: conversationId } = await onlyConversation(flow, holder, "assigned");
  let replies = 0;
  const reply = async (body: { text?: string; media?: string[] }): Promise<string> => {
    await flow.advance(1_000);
    replies += 1;
    const headers = { "idempotency-key": `reply-${replies}` };
    const answer = await flow.call(holder, "POST", `/v1/conversations/${conversationId}/messages`, body, headers);
    if (answer.status !== 202) throw new Error(`The reply was answered with ${answer.status}.`);
    await flow.settle();
    return answer.body.id;
  };
  return { flow, chat, conversationId, reply };
}

/** A vouch for five minutes under the flow's own secret. */
export function vouch(flow: Flow, claims: Record<string, unknown>): Promise<string> {
  const { vouchSecret } = flow.secrets.web as { vouchSecret: string };
  const whole = { aud: "web", exp: flow.clock.now() / 1000 + 300, ...claims };
  return new SignJWT(whole).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(vouchSecret));
}
