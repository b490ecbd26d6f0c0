import { useState } from "preact/hooks";
import { Failure } from "./failure.tsx";
import { advance } from "./router-side.ts";
import { useSending } from "./use-sending.ts";

const hourMs = 60 * 60_000;

/** A day later, and a little: what has to be answered within a day is too late then. */
const jumps = [
  { title: "1 hour later", milliseconds: hourMs },
  { title: "25 hours later", milliseconds: 25 * hourMs },
];

/** How late it is on this machine's own clock, and a way to let time pass. @param now ISO 8601; empty: not known yet */
export function Clock({ now }: { now: string }) {
  const [isPassing, setPassing] = useState(false);
  const { failure, send } = useSending();
  const pass = async (milliseconds: number): Promise<void> => {
    setPassing(true);
    await send(async () => void (await advance(milliseconds)));
    setPassing(false);
  };
  return (
    <div class="clock" role="group" aria-label="Clock">
      <p role="status">{isPassing ? "Time passes …" : now && <time dateTime={now}>{shown(now)}</time>}</p>
      {jumps.map(({ title, milliseconds }) => (
        <button key={title} type="button" class="quiet" disabled={isPassing} onClick={() => void pass(milliseconds)}>
          {title}
        </button>
      ))}
      <Failure text={failure} />
    </div>
  );
}

const shown = (now: string): string =>
  new Date(now).toLocaleString("en-GB", {
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
  });
