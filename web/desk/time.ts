const format = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const formatWithDay = new Intl.DateTimeFormat(undefined, {
  day: "2-digit",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** The time of day, with the day where it is not today. */
export function timeOf(timestamp: string): string {
  const date = new Date(timestamp);
  const today = new Date().toDateString() === date.toDateString();
  return (today ? format : formatWithDay).format(date);
}
