import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Message } from "../api/types.ts";
import { useWords } from "../words/words.tsx";
import { Bubble } from "./bubble.tsx";
import { entriesOf } from "./entries.ts";
import { EventLine } from "./event-line.tsx";

/** Closer to the end than this, a reader wants to see what comes next. */
const nearEndPixels = 80;

interface Props {
  api: Api;
  messages: Message[];
  isCustomerTyping: boolean;
}

/** What was said, oldest first. Texts are text nodes only, each in its own direction. */
export function Messages({ api, messages, isCustomerTyping }: Props) {
  const { t } = useWords();
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const entries = useMemo(() => entriesOf(messages), [messages]);
  const lastIsOwn = messages.at(-1)?.direction !== "in";
  useLayoutEffect(() => {
    if (!isAtEnd.current && !lastIsOwn) return;
    const goToEnd = (): void => {
      log.current!.scrollTop = log.current!.scrollHeight;
    };
    goToEnd();
    // What comes with the message below the log may leave it as large as it was, but only after it was larger for a moment.
    const frame = requestAnimationFrame(goToEnd);
    return () => cancelAnimationFrame(frame);
  }, [messages.length, lastIsOwn]);
  useEffect(() => {
    const element = log.current!;
    // What appears below the log makes it smaller, and would hide its end.
    const observer = new ResizeObserver(() => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div
      class="messages"
      role="log"
      aria-label={t("thread.messages")}
      tabIndex={0}
      ref={log}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < nearEndPixels;
      }}
    >
      <ol>
        {entries.map((entry) => {
          const first = entry.messages[0]!;
          return entry.kind === "line" ? (
            <EventLine key={first.id} message={first} />
          ) : (
            <Bubble key={first.id} api={api} entry={entry} />
          );
        })}
      </ol>
      <p class="typing" role="status">
        {isCustomerTyping && t("thread.customer-types")}
      </p>
    </div>
  );
}
