import { useState } from "preact/hooks";
import { explain, type Message } from "./api.ts";
import { timeOf } from "./time.ts";
import { sendStatus } from "./words.ts";

/** Fetches a text of which the list has only the beginning. */
export type ReadWhole = (messageId: string) => Promise<string>;

const directions = { in: "Customer", out: "Reply", note: "Note, stays inside" };

/** One message, its text a text node whatever stands in it. */
export function Bubble({ message, readWhole }: { message: Message; readWhole: ReadWhole }) {
  const error = "error" in message ? message.error : null;
  const optOut = "optOut" in message ? message.optOut : null;
  const status = sendStatus(message);
  return (
    <li class={`bubble is-${message.direction}`} data-message={message.id}>
      {message.wholeText ? (
        <LongText beginning={message.text} bytes={message.wholeText.bytes} read={() => readWhole(message.id)} />
      ) : (
        <p dir="auto">{message.text}</p>
      )}
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

function LongText({ beginning, bytes, read }: { beginning: string; bytes: number; read: () => Promise<string> }) {
  const [whole, setWhole] = useState<string>();
  const [failure, setFailure] = useState("");
  if (whole !== undefined) return <p dir="auto">{whole}</p>;
  const show = (): void =>
    void read().then(setWhole, (error: unknown) => {
      setFailure(explain(error));
    });
  return (
    <>
      <p dir="auto">{beginning} …</p>
      {failure && (
        <p class="error" role="alert">
          {failure}
        </p>
      )}
      <button type="button" class="quiet" onClick={show}>
        Show all of it ({Math.ceil(bytes / 1024)} KB)
      </button>
    </>
  );
}
