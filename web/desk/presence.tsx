import type { Agent, PresenceStatus } from "./api.ts";

const labels: [PresenceStatus, string][] = [
  ["available", "Available"],
  ["away", "Away"],
  ["offline", "Offline"],
];

/** What an agent says about being there, and how full they are. */
export function Presence({
  agent,
  onChange,
}: {
  agent: Agent | undefined;
  onChange: (status: PresenceStatus) => void;
}) {
  const { status = "offline", units, unitsUsed = 0 } = agent ?? {};
  return (
    <div class={`presence is-${status}`}>
      {units !== undefined && (
        <span class="units" title="Units of capacity in use">
          <span class="hidden">Capacity in use: </span>
          {unitsUsed} of {units} units
        </span>
      )}
      <label>
        <span class="hidden">Presence</span>
        <select
          name="presence"
          value={status}
          disabled={!agent}
          onChange={(event) => onChange(event.currentTarget.value as PresenceStatus)}
        >
          {labels.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
