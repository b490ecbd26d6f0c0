import type { ChatEvent } from "../../../functions/chat/run.ts";
import type { HttpReply } from "../../../shared/flow/http-reply.ts";
import type { Sockets } from "../../../shared/ports/sockets.ts";
import type { Faults } from "./faults.ts";
import type { SeededRandom } from "./random.ts";
import type { Timeline } from "./timeline.ts";

/** What a browser hears of its connection. */
export interface ChatPeer {
  onFrame(data: string): void;
  onClose(): void;
}

export interface ChatGatewayContext {
  timeline: Timeline;
  random: SeededRandom;
  faults: Faults;
  chat(event: ChatEvent): Promise<HttpReply>;
}

/**
 * API Gateway's WebSocket API in front of the function `chat`: a connection stands once `$connect` has been answered with a
 * 2xx, a push to one that does not stand answers "gone", and any may end at any time.
 */
export class SimulatedChatGateway implements Sockets {
  readonly #context: ChatGatewayContext;
  readonly #open = new Map<string, ChatPeer>();
  #counted = 0;

  constructor(context: ChatGatewayContext) {
    this.#context = context;
  }

  /** @returns the connection's id; the status where the function refused or failed */
  async connect(protocols: string[], peer: ChatPeer): Promise<string | number> {
    this.#counted += 1;
    const connectionId = `chat-${this.#counted}`;
    const handshake = { connectionId, sourceIp: "192.0.2.1", protocols };
    const { status } = await this.#context.chat({ route: "$connect", ...handshake });
    if (status !== 200) return status;
    this.#open.set(connectionId, peer);
    return connectionId;
  }

  /** A browser sends a frame; it may never arrive. */
  send(connectionId: string, frame: object): void {
    if (!this.#open.has(connectionId)) return;
    const { timeline, faults, chat } = this.#context;
    if (faults.happens("chatDropped")) return this.end(connectionId);
    const event = { route: "$default" as const, connectionId, body: JSON.stringify(frame), takenAt: timeline.now() };
    void chat(event);
  }

  async push(connectionId: string, data: string): Promise<"delivered" | "gone"> {
    const peer = this.#open.get(connectionId);
    if (!peer) return "gone";
    peer.onFrame(data);
    if (this.#context.faults.happens("chatDropped")) this.end(connectionId);
    return "delivered";
  }

  async close(connectionId: string): Promise<void> {
    this.end(connectionId);
  }

  /** The connection ends, by whichever side; AWS tells of it as well as it can. */
  end(connectionId: string): void {
    const peer = this.#open.get(connectionId);
    if (!peer) return;
    this.#open.delete(connectionId);
    const { timeline, random, faults, chat } = this.#context;
    if (!faults.happens("disconnectLost")) {
      timeline.after(random.between(1, 2_000), () => void chat({ route: "$disconnect", connectionId }));
    }
    timeline.after(random.between(1, 3_000), () => peer.onClose());
  }
}
