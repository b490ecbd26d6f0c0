import { identityIdOf } from "../../core/ids.ts";
import type { Identity } from "../../core/customer.ts";
import type { ChatConnection } from "../../ports/connections.ts";
import type { ChannelPorts } from "../channel.ts";
import { isUserAddress, webChannel } from "./address.ts";
import type { ServerFrame } from "./frames.ts";

type Ports = Pick<ChannelPorts, "chatSockets" | "stores">;

/**
 * Whether what was said under this identity is for the eyes of whoever chats as `address`: it is theirs, or it is the
 * session of a browser for which they were vouched later.
 */
export const belongsTo = (identity: Identity, address: string): boolean =>
  identity.channel === webChannel &&
  (identity.address === address ||
    identity.evidence.some(({ kind, by }) => kind === "vouched" && by === address && isUserAddress(address)));

/** Open chats of an identity, and of the person who was vouched for in it meanwhile. */
async function chatsOf(identityId: string, { stores }: Ports): Promise<ChatConnection[]> {
  const identity = await stores.identities.get(identityId);
  const people = (identity?.evidence ?? []).flatMap(({ kind, by }) =>
    kind === "vouched" && by !== undefined && by !== identity?.address ? [identityIdOf(webChannel, by)] : [],
  );
  const found = await Promise.all(Array.from(new Set([identityId, ...people]), (id) => stores.chats.audience(id)));
  return found.flat();
}

/**
 * Pushes to every open chat of an identity. One that has ended is forgotten; one that is only about to open is told by its
 * hello.
 *
 * @throws when the connections could not be read, or one of them could not be reached: a frame may come twice
 */
export async function pushToChats(identityId: string, frame: ServerFrame, ports: Ports): Promise<void> {
  const data = JSON.stringify(frame);
  const chats = await chatsOf(identityId, ports);
  await Promise.all(
    chats.map(async ({ connectionId, greeted }) => {
      const outcome = await ports.chatSockets.push(connectionId, data);
      if (outcome === "gone" && greeted) await ports.stores.chats.remove(connectionId);
    }),
  );
}
