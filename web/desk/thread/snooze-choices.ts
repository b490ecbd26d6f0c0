/** Until when a conversation is mostly set aside: later today, or a morning in the agent's own time zone. */
export interface SnoozeChoice {
  key: "snooze.hour" | "snooze.hours" | "snooze.tomorrow" | "snooze.monday";
  until: string;
}

const hourMs = 60 * 60_000;
const morningHour = 9;
const monday = 1;

export function snoozeChoices(now: Date): SnoozeChoice[] {
  const daysToMonday = (monday - now.getDay() + 7) % 7 || 7;
  return [
    { key: "snooze.hour", until: new Date(now.getTime() + hourMs).toISOString() },
    { key: "snooze.hours", until: new Date(now.getTime() + 3 * hourMs).toISOString() },
    { key: "snooze.tomorrow", until: morningIn(1, now) },
    { key: "snooze.monday", until: morningIn(daysToMonday, now) },
  ];
}

const morningIn = (days: number, now: Date): string =>
  new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, morningHour).toISOString();
