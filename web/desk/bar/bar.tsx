import { useState } from "preact/hooks";
import type { Agent, PresenceStatus } from "../api/types.ts";
import { useShortcuts } from "../parts/shortcuts.ts";
import type { Preferences } from "../preferences.ts";
import type { Session } from "../session.ts";
import { useWords } from "../words/words.tsx";
import { Help } from "./help.tsx";
import { Presence } from "./presence.tsx";
import { Settings } from "./settings.tsx";

interface Props {
  session: Session;
  agent: Agent | undefined;
  /** undefined: nobody is signed in any more */
  isLive: boolean | undefined;
  preferences: Preferences;
  onPreferences: (change: Partial<Preferences>) => void;
  onPresence: (status: PresenceStatus, reason?: string) => void;
  /** shows what is parked; absent where that is not for this user to decide */
  onParked: (() => void) | undefined;
  /** how many, as far as they were counted; undefined until then */
  parked: { count: number; hasMore: boolean } | undefined;
  onSignOut: () => void;
}

/** Who is here, whether the desk is current, and whether conversations may come. */
export function Bar({
  session,
  agent,
  isLive,
  preferences,
  onPreferences,
  onPresence,
  onParked,
  parked,
  onSignOut,
}: Props) {
  const { t } = useWords();
  const [shown, setShown] = useState<"help" | "settings">();
  const close = (): void => setShown(undefined);
  useShortcuts({ help: () => setShown("help") });
  return (
    <>
      <header class="bar">
        <h1>{t("desk.title")}</h1>
        <span class={`live ${isLive ? "is-live" : ""}`} role="status">
          {isLive !== undefined && t(isLive ? "bar.live" : "bar.connecting")}
        </span>
        <span class="who">{agent?.name ?? session.userId}</span>
        {session.groups.includes("agent") && <Presence agent={agent} onChange={onPresence} />}
        <div class="bar-actions">
          {onParked && (
            <button type="button" class="quiet" onClick={onParked}>
              {t("parked.title")}{" "}
              {parked && parked.count > 0 && (
                <b class="badge is-urgent">{`${parked.count}${parked.hasMore ? "+" : ""}`}</b>
              )}
            </button>
          )}
          <button
            type="button"
            class="quiet icon"
            aria-label={t("help.title")}
            aria-keyshortcuts="?"
            onClick={() => setShown("help")}
          >
            ?
          </button>
          <button type="button" class="quiet" onClick={() => setShown("settings")}>
            {t("settings.title")}
          </button>
          <button type="button" class="quiet" onClick={onSignOut}>
            {t("bar.sign-out")}
          </button>
        </div>
      </header>
      {shown === "help" && <Help isOn={preferences.singleKeys} onClose={close} />}
      {shown === "settings" && <Settings preferences={preferences} onChange={onPreferences} onClose={close} />}
    </>
  );
}
