import { web } from "../../shared/channels/web/index.ts";
import type { ChatConnection } from "../../shared/ports/connections.ts";
import { memoryStores } from "../../shared/stores/memory/index.ts";
import { file, sendRequest } from "../channels/web/samples.ts";
import { describeChannel, portsWith, type Behaviour, type Provider } from "./channel.ts";

/** The customer's browser is what takes a message: open, not open at all, or out of reach. */
function chatsThat(push: () => Promise<"delivered" | "gone">, chats: ChatConnection[]): Provider {
  let pushes = 0;
  const stores = memoryStores();
  const audience = async () => chats;
  const chatSockets = {
    push: () => {
      pushes += 1;
      return push();
    },
    close: async () => {},
  };
  const ports = portsWith({ chatSockets, stores: { ...stores, chats: { ...stores.chats, audience } } });
  return { ports, handedOver: () => pushes };
}

const open: ChatConnection = {
  connectionId: "con-1",
  inboxId: sendRequest.inbox.id,
  identityId: sendRequest.identityId,
  address: sendRequest.to,
  sessionToken: "token",
  expiresAt: "2026-11-02T11:00:00.000Z",
  greeted: true,
};

const throttled = async (): Promise<never> => {
  throw new Error("LimitExceededException");
};

const providers: Partial<Record<Behaviour, Provider[]>> = {
  takes: [
    chatsThat(async () => "delivered", [open]),
    chatsThat(async () => "gone", [open]),
    chatsThat(async () => "gone", []),
  ],
  "is not reached": [chatsThat(throttled, [open])],
};

describeChannel("web", web, {
  send: {
    request: { ...sendRequest, media: [file] },
    provider: (behaviour) => providers[behaviour] ?? [],
    providerId: sendRequest.sendId,
    refusedAs: "never",
    throttledMs: 0,
  },
  limits: {
    text: { characters: 16_000, messages: 1 },
    files: { onOneMessage: 10, bytes: { "*/*": 4_194_304 }, captionCharacters: 16_000 },
    addresses: { reachable: [`ses_${"0".repeat(26)}`, "user:4711"], unreachable: ["ses_1", "user:", "4711"] },
  },
});
