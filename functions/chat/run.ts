import { connect, type Handshake } from "./connect.ts";
import { take } from "./take.ts";
import type { HttpReply } from "../../shared/flow/http-reply.ts";
import type { App } from "../../shared/ports/app.ts";

export type ChatEvent =
  | ({ route: "$connect" } & Handshake)
  | { route: "$disconnect"; connectionId: string }
  | {
      route: "$default";
      connectionId: string;
      body: string;
      /** when API Gateway took it, milliseconds since 1970 */ takenAt: number;
    };

const nothing: HttpReply = { status: 200, headers: {}, body: "" };

/** The customers' chat: opens under a session or a vouch, then takes frames and answers each. */
export async function run(event: ChatEvent, app: App): Promise<HttpReply> {
  switch (event.route) {
    case "$connect":
      return connect(event, app);
    case "$disconnect":
      await app.stores.chats.remove(event.connectionId);
      return nothing;
    case "$default":
      await take(event, app);
      return nothing;
  }
}
