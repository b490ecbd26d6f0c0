import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Message } from "./api.ts";
import { timeOf } from "./time.ts";
import { sendStatus } from "./words.ts";

/** Closer to the end than this, a reader wants to see what comes next. */
const nearEndPixels = 80;

/** What was said, oldest first. Texts are text nodes only, each in its own direction. */
export function Messages({ messages }: { messages: Message[] }) {
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
          <Bubble key={message.id} message={message} />
        ))}
      </ol>
    </div>
  );
}

const directions = { in: "Customer", out: "Reply", note: "Note, stays inside" };

function Bubble({ message }: { message: Message }) {
  const error = "error" in message ? message.error : null;
  const optOut = "optOut" in message ? message.optOut : null;
  const status = sendStatus(message);
  return (
    <li class={`bubble is-${message.direction}`} data-message={message.id}>
      <p dir="auto">{message.text}</p>
      {message.media.map((media) => (
        <p key={media.url} class="media">
          Attachment ({media.contentType})
        </p>
      ))}
      <footer>
        <span>
          {directions[message.direction]}
          {message.author ? `, ${message.author}` : ""}
        </span>
        <time dateTime={message.createdAt}>{timeOf(message.createdAt)}</time>
        {status && <span class={`status is-${message.status}`}>{status}</span>}
        {optOut === "stop" && <span class="status is-failed">Stops messages</span>}
        {optOut === "start" && <span class="status is-delivered">Allows messages again</span>}
      </footer>
      {error && <p class="error">{error.message}</p>}
    </li>
  );
}
