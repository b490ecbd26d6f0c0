import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Message } from "./api.ts";
import { Bubble, type ReadWhole } from "./bubble.tsx";

/** Closer to the end than this, a reader wants to see what comes next. */
const nearEndPixels = 80;

/** What was said, oldest first. Texts are text nodes only, each in its own direction. */
export function Messages({ messages, readWhole }: { messages: Message[]; readWhole: ReadWhole }) {
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const lastIsOwn = messages.at(-1)?.direction !== "in";
  useLayoutEffect(() => {
    if (isAtEnd.current || lastIsOwn) log.current!.scrollTop = log.current!.scrollHeight;
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
      aria-label="Messages"
      tabIndex={0}
      ref={log}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < nearEndPixels;
      }}
    >
      <ol>
        {messages.map((message) => (
          <Bubble key={message.id} message={message} readWhole={readWhole} />
        ))}
      </ol>
    </div>
  );
}
