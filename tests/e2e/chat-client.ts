import { once } from "node:events";
import { WebSocket } from "ws";

// What a frame holds is what the test asserts.
// oxlint-disable-next-line typescript/no-explicit-any
export type Frame = any;

/** A customer's chat without a browser. */
export interface ChatClient {
  socket: WebSocket;
  /** everything that came, in order */
  frames: Frame[];
  send(frame: object | string): void;
  /** the first frame, of those that came and will come, that this holds for */
  frame(what: string, holds: (frame: Frame) => boolean): Promise<Frame>;
  /** @returns the code with which it closed */
  close(): Promise<number>;
}

export interface ChatOptions {
  /** session and vouch tokens */
  tokens?: string[];
  inbox?: string;
  /** of the page that opens it; absent: no browser */
  origin?: string;
}

const waitMs = 10_000;

/** @throws when the connection is refused, with its status */
export async function openChat(chatUrl: string, { tokens = [], inbox, origin }: ChatOptions = {}): Promise<ChatClient> {
  const url = inbox === undefined ? chatUrl : `${chatUrl}?${new URLSearchParams({ inbox })}`;
  const socket = new WebSocket(url, ["switchyard.v1", ...tokens], { origin });
  const frames: Frame[] = [];
  socket.on("message", (data: Buffer) => frames.push(JSON.parse(data.toString())));
  await once(socket, "open");
  return {
    socket,
    frames,
    send: (frame) => socket.send(typeof frame === "string" ? frame : JSON.stringify(frame)),
    frame: async (what, holds) => {
      const signal = AbortSignal.timeout(waitMs);
      for (;;) {
        const found = frames.find(holds);
        if (found !== undefined) return found;
        await once(socket, "message", { signal }).catch(() => {
          throw new Error(`after ${waitMs} ms still no frame: ${what}; there are ${JSON.stringify(frames)}`);
        });
      }
    },
    async close() {
      if (socket.readyState === WebSocket.CLOSED) return 1005;
      const closed = once(socket, "close") as Promise<[number]>;
      socket.close(1000);
      return (await closed)[0];
    },
  };
}
