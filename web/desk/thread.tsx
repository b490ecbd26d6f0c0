import { useEffect, useRef } from "preact/hooks";
import type { Api, Conversation, Message } from "./api.ts";
import { Composer } from "./composer.tsx";
import { timeOf } from "./time.ts";

interface Props {
  api: Api;
  conversation: Conversation;
  messages: Message[];
  isHolder: boolean;
  onChange: () => void;
  onBack: () => void;
}

export function Thread({ api, conversation, messages, isHolder, onChange, onBack }: Props) {
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => end.current?.scrollIntoView({ block: "end" }), [messages.length]);
  const isResolved = conversation.status === "resolved";
  return (
    <article class="thread" aria-label={`Conversation with ${conversation.address}`}>
      <header class="thread-head">
        <button type="button" class="back quiet" onClick={onBack}>
          ← List
        </button>
        <div>
          <h2 dir="auto">{conversation.subject || conversation.address}</h2>
          <p class="facts">
            <span>{conversation.address}</span>
            <span>{conversation.channel}</span>
            <span>{conversation.language}</span>
            <span>{conversation.queueId}</span>
            <span>{conversation.status}</span>
            {conversation.tags.map((tag) => (
              <span key={tag}>#{tag}</span>
            ))}
          </p>
        </div>
      </header>
      {conversation.gap && (
        <p class="failure" role="note">
          A message of this conversation could not be handled and is parked: an operator sees it.
        </p>
      )}
      <ol class="messages" aria-live="polite">
        {messages.map((message) => (
          <Bubble key={message.id} message={message} />
        ))}
      </ol>
      <div ref={end} />
      <Composer api={api} conversation={conversation} canReply={isHolder && !isResolved} onChange={onChange} />
    </article>
  );
}

function Bubble({ message }: { message: Message }) {
  const error = "error" in message ? message.error : null;
  return (
    <li class={`bubble is-${message.direction}`} data-message={message.id}>
      <p dir="auto">{message.text}</p>
      {message.media.map((media) => (
        <p key={media.url} class="media">
          Attachment ({media.contentType})
        </p>
      ))}
      <footer>
        {message.author && <span>{message.author}</span>}
        <time dateTime={message.createdAt}>{timeOf(message.createdAt)}</time>
        {message.direction === "out" && <span class={`status is-${message.status}`}>{statusText(message.status)}</span>}
      </footer>
      {error && <p class="error">{error.message}</p>}
    </li>
  );
}

const statusTexts: Record<string, string> = {
  unknown: "outcome not known yet; what follows waits up to 2 minutes",
  parked: "parked: an operator decides",
};

const statusText = (status: string): string => statusTexts[status] ?? status;
