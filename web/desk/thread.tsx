import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { explain, type Api, type Conversation } from "./api.ts";
import { Composer } from "./composer.tsx";
import type { Drafts } from "./drafts.ts";
import { Messages } from "./messages.tsx";
import type { OpenThread } from "./use-thread.ts";
import { channelName, holding, languageName } from "./words.ts";

interface Props {
  api: Api;
  drafts: Drafts;
  thread: OpenThread;
  userId: string;
  isSupervisor: boolean;
  onChange: () => Promise<void>;
  onBack: () => void;
}

/** One conversation: what it is about, what was said, and what can be done. */
export function Thread({ api, drafts, thread, userId, isSupervisor, onChange, onBack }: Props) {
  const { conversation, messages, optedOut } = thread;
  const { id, status, agentId, messageVersion } = conversation;
  const [failure, setFailure] = useState("");
  const title = useRef<HTMLHeadingElement>(null);
  const isResolved = status === "resolved";
  const isHolder = agentId === userId && status === "assigned";
  useEffect(() => title.current?.focus(), [isResolved]);

  const change = async (work: () => Promise<unknown>) => {
    setFailure("");
    await work().catch((error: unknown) => setFailure(explain(error)));
    await onChange();
  };

  return (
    <article class="thread" aria-label={`Conversation with ${conversation.address}`}>
      <Head
        conversation={conversation}
        userId={userId}
        title={title}
        canResolve={(isHolder || isSupervisor) && !isResolved}
        onResolve={() => void change(() => api.resolve(id, messageVersion))}
        onBack={onBack}
      />
      {failure && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
      {conversation.gap && (
        <p class="banner is-bad" role="note">
          A message of this conversation could not be handled and is parked. An operator sees it and can send it on.
        </p>
      )}
      <Messages messages={messages} readWhole={(messageId) => api.wholeText(id, messageId)} />
      {isResolved ? (
        <p class="banner resolved">
          This conversation is resolved.
          <button type="button" class="quiet" onClick={() => void change(() => api.reopen(id))}>
            Reopen
          </button>
        </p>
      ) : (
        <Composer
          api={api}
          drafts={drafts}
          conversation={conversation}
          canReply={isHolder}
          holding={holding(conversation, userId)}
          optedOut={optedOut}
          onChange={onChange}
        />
      )}
    </article>
  );
}

interface HeadProps {
  conversation: Conversation;
  userId: string;
  title: RefObject<HTMLHeadingElement | null>;
  canResolve: boolean;
  onResolve: () => void;
  onBack: () => void;
}

function Head({ conversation, userId, title, canResolve, onResolve, onBack }: HeadProps) {
  return (
    <header class="thread-head">
      <button type="button" class="back quiet" onClick={onBack}>
        <span aria-hidden="true">←</span> List
      </button>
      <div class="thread-title">
        <h2 dir="auto" tabIndex={-1} ref={title}>
          {conversation.subject || conversation.address}
        </h2>
        <Facts conversation={conversation} userId={userId} />
      </div>
      {canResolve && (
        <button type="button" class="quiet" onClick={onResolve}>
          Resolve
        </button>
      )}
    </header>
  );
}

function Facts({ conversation, userId }: { conversation: Conversation; userId: string }) {
  const { address, channel, language, queueId, tags } = conversation;
  return (
    <ul class="facts">
      <li>{address}</li>
      <li>{channelName(channel)}</li>
      <li>{languageName(language)}</li>
      <li>{queueId}</li>
      <li>{holding(conversation, userId)}</li>
      {tags.map((tag) => (
        <li key={tag} class="tag">
          {tag}
        </li>
      ))}
    </ul>
  );
}
