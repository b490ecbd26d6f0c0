import type { Agent, PresenceStatus } from "../api/types.ts";
import { awayReason, awayReasons } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";

interface Props {
  agent: Agent | undefined;
  onChange: (status: PresenceStatus, reason?: string) => void;
}

/** What an agent says about being there, why they are away, and how full they are. */
export function Presence({ agent, onChange }: Props) {
  const { t } = useWords();
  const { status = "offline", reason, units, unitsUsed = 0 } = agent ?? {};
  // A reason that another tool gave is offered as it is, so that the desk shows what holds.
  const reasons = reason && !awayReasons.includes(reason) ? [...awayReasons, reason] : awayReasons;
  return (
    <div class={`presence is-${status}`}>
      {units !== undefined && (
        <span class="units" title={t("presence.units-title")}>
          {t("presence.units", { used: unitsUsed, units })}
        </span>
      )}
      <label>
        <span class="hidden">{t("presence.label")}</span>
        <select
          name="presence"
          value={status === "away" && reason ? `away:${reason}` : status}
          disabled={!agent}
          onChange={(event) => {
            const [chosen, ...why] = event.currentTarget.value.split(":");
            onChange(chosen as PresenceStatus, why.join(":") || undefined);
          }}
        >
          <option value="available">{t("presence.available")}</option>
          <option value="away">{t("presence.away")}</option>
          {reasons.map((each) => (
            <option key={each} value={`away:${each}`}>
              {t("presence.away-because", { reason: awayReason(each, t) })}
            </option>
          ))}
          <option value="offline">{t("presence.offline")}</option>
        </select>
      </label>
    </div>
  );
}
