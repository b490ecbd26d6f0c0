import { useLayoutEffect, useRef } from "preact/hooks";
import { Files } from "./files.tsx";
import { withLinks } from "../links.tsx";
import type { Line, OwnStatus } from "./timeline.ts";
import type { Language, Words } from "./words.ts";

/** What was said. A new message scrolls into view unless the customer reads further up. */
export function Messages({ lines, words, language }: { lines: Line[]; words: Words; language: Language }) {
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    const element = log.current!;
    if (isAtEnd.current || lines.at(-1)?.status === "sending") element.scrollTop = element.scrollHeight;
  }, [lines]);
  return (
    <div
      ref={log}
      class="log"
      role="log"
      aria-label={words.messages}
      // Scrolled by keyboard, so it has to take the focus.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 40;
      }}
    >
      {lines.length === 0 && <p class="empty">{words.empty}</p>}
      <ol>
        {lines.map((line) => (
          <Bubble key={line.key} line={line} words={words} language={language} />
        ))}
      </ol>
    </div>
  );
}

function Bubble({ line, words, language }: { line: Line; words: Words; language: Language }) {
  return (
    <li class={line.own ? `own ${line.status}` : "theirs"}>
      <span class="hidden">{line.own ? words.you : words.them}: </span>
      {line.text !== "" && (
        <p class="text" dir="auto">
          {withLinks(line.text)}
        </p>
      )}
      {line.files && <Files files={line.files} language={language} />}
      <p class="meta">
        <time dateTime={new Date(line.at).toISOString()}>{shownTime(line.at, language)}</time>
        {line.own && <Status status={line.status as OwnStatus} words={words} />}
      </p>
    </li>
  );
}

/** With its day, unless that is today. */
function shownTime(at: number, language: Language): string {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  const day = isToday ? {} : ({ day: "numeric", month: "short" } as const);
  return new Intl.DateTimeFormat(language, { ...day, hour: "numeric", minute: "2-digit" }).format(at);
}

/** One tick: sent; two: received; two in colour: read. */
const ticks: Record<OwnStatus, string> = {
  sending: "M12 6v6l4 2M12 3a9 9 0 1 0 .01 0",
  failed: "M12 6v8M12 17.5v.5",
  sent: "M6 12l4 4 8-9",
  received: "M2 12l4 4 8-9M11 15l1.500 1.500 8.500-9.500",
  read: "M2 12l4 4 8-9M11 15l1.500 1.500 8.500-9.500",
};

const Status = ({ status, words }: { status: OwnStatus; words: Words }) => (
  <span class="status">
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={ticks[status]} />
    </svg>
    <span class={status === "failed" ? "" : "hidden"}>{words.status[status]}</span>
  </span>
);
