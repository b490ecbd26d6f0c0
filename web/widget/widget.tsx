import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Chat, type ChatState, isTooLong } from "./chat.ts";
import { Messages } from "./messages.tsx";
import type { Language, Words } from "./words.ts";

export interface WidgetProps {
  chat: Chat;
  state: ChatState;
  isOpen: boolean;
  onToggle(isOpen: boolean): void;
  words: Words;
  language: Language;
}

/** The button in the corner, and the chat that it opens. */
export function Widget({ chat, state, isOpen, onToggle, words, language }: WidgetProps) {
  const launcher = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(isOpen);
  const unread = state.lines.filter(({ own, status }) => !own && status === "new").length;
  useLayoutEffect(() => {
    if (wasOpen.current && !isOpen) launcher.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  const news = unread > 0 && !isOpen ? words.unread(unread) : "";
  return (
    <div lang={language} class={isOpen ? "widget open" : "widget"}>
      {isOpen && <Panel {...{ chat, state, words, language }} onClose={() => onToggle(false)} />}
      <button
        ref={launcher}
        type="button"
        class="launcher"
        aria-expanded={isOpen}
        aria-haspopup="dialog"
        aria-label={[isOpen ? words.close : words.open, news].filter(Boolean).join(", ")}
        onClick={() => onToggle(!isOpen)}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d={isOpen ? "M6 9.5l6 6 6-6" : "M4 5h16v11H9.5L5 19.5V16H4z"} />
        </svg>
        {news && <span class="badge">{unread}</span>}
      </button>
      <p role="status" class="hidden">
        {news}
      </p>
    </div>
  );
}

type PanelProps = Omit<WidgetProps, "isOpen" | "onToggle"> & { onClose(): void };

/** A dialog beside the page: the page stays within reach, and no focus is trapped. */
function Panel({ chat, state, words, language, onClose }: PanelProps) {
  const title = state.inboxName || words.title;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    onClose();
  };
  return (
    <section class="panel" role="dialog" aria-label={title} onKeyDown={onKeyDown}>
      <header>
        <h2>{title}</h2>
        <button type="button" class="close" aria-label={words.close} onClick={onClose}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M6 6l12 12M18 6L6 18" />
          </svg>
        </button>
      </header>
      <Messages lines={state.lines} words={words} language={language} />
      <p class="below" role="status">
        {state.isOnline ? state.isAgentTyping && words.typing : <Offline words={words} />}
      </p>
      <Composer chat={chat} words={words} />
    </section>
  );
}

/** Only after a moment: a chat that is just opening is not offline. */
function Offline({ words }: { words: Words }) {
  const [isShown, show] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => show(true), 2_000);
    return () => clearTimeout(timer);
  }, []);
  return isShown ? <>{words.offline}</> : null;
}

function Composer({ chat, words }: { chat: Chat; words: Words }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  const tooLong = isTooLong(text);
  useLayoutEffect(() => field.current?.focus(), []);
  useLayoutEffect(() => {
    const element = field.current!;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight + 2}px`;
  }, [text]);
  const send = (): void => {
    if (text.trim() === "" || tooLong) return;
    chat.send(text);
    setText("");
    field.current?.focus();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {tooLong && (
        <p class="problem" role="alert" id="problem">
          {words.tooLong}
        </p>
      )}
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        aria-label={words.write}
        placeholder={words.write}
        aria-invalid={tooLong}
        aria-describedby={tooLong ? "problem" : undefined}
        value={text}
        onInput={({ currentTarget }) => {
          setText(currentTarget.value);
          if (currentTarget.value !== "") chat.typing();
        }}
        onKeyDown={(event) => {
          // While a word is being composed, Enter chooses a character.
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="submit" class="send" aria-label={words.send}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M4 12h14M12 5l7 7-7 7" />
        </svg>
      </button>
    </form>
  );
}
