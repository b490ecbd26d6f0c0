import type { PresenceStatus } from "./api.ts";

const labels: [PresenceStatus, string][] = [
  ["available", "Available"],
  ["away", "Away"],
  ["offline", "Offline"],
];

export function Presence({ status, onChange }: { status: PresenceStatus; onChange: (status: PresenceStatus) => void }) {
  return (
    <label class={`presence is-${status}`}>
      <span class="hidden">Presence</span>
      <select
        name="presence"
        value={status}
        onChange={(event) => onChange(event.currentTarget.value as PresenceStatus)}
      >
        {labels.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
