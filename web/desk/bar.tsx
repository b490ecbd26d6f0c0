import type { Agent, PresenceStatus } from "./api.ts";
import { Presence } from "./presence.tsx";
import type { Session } from "./session.ts";

interface Props {
  session: Session;
  agent: Agent | undefined;
  isLive: boolean;
  onPresence: (status: PresenceStatus) => void;
  onSignOut: () => void;
}

/** Who is here, whether the desk is current, and whether conversations may come. */
export function Bar({ session, agent, isLive, onPresence, onSignOut }: Props) {
  return (
    <header class="bar">
      <h1>Desk</h1>
      <span class={`live ${isLive ? "is-live" : ""}`} role="status">
        {isLive ? "Live" : "Connecting …"}
      </span>
      <span class="who">{agent?.name ?? session.userId}</span>
      {session.groups.includes("agent") && <Presence agent={agent} onChange={onPresence} />}
      <button type="button" class="quiet" onClick={onSignOut}>
        Sign out
      </button>
    </header>
  );
}
