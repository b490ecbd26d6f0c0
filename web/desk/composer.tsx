import { useRef, useState } from "preact/hooks";
import { Problem, type Api, type Conversation } from "./api.ts";

interface Props {
  api: Api;
  conversation: Conversation;
  canReply: boolean;
  onChange: () => void;
}

/** Writes replies and notes. A text keeps its Idempotency-Key until it has been taken, so trying again sends nothing twice. */
export function Composer({ api, conversation, canReply, onChange }: Props) {
  const [text, setText] = useState("");
  const [isNote, setIsNote] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState("");
  const key = useRef(crypto.randomUUID());

  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setRefusal("");
    try {
      await work();
      onChange();
    } catch (error) {
      setRefusal(error instanceof Problem && error.reason ? `${error.message} (${error.reason})` : String(error));
    } finally {
      setBusy(false);
    }
  };

  const send = () =>
    attempt(async () => {
      await api.reply(conversation.id, text, key.current, isNote);
      key.current = crypto.randomUUID();
      setText("");
    });

  const write = (value: string) => {
    if (value !== text) key.current = crypto.randomUUID();
    setText(value);
  };

  const canWrite = canReply || isNote;
  return (
    <form
      class={`composer ${isNote ? "is-note" : ""}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() && !busy && canWrite) void send();
      }}
    >
      {refusal && (
        <p class="failure" role="alert">
          {refusal}
        </p>
      )}
      <label class="hidden" for="composer-text">
        {isNote ? "Note, stays inside" : "Reply"}
      </label>
      <textarea
        id="composer-text"
        rows={3}
        value={text}
        dir="auto"
        placeholder={canWrite ? (isNote ? "A note for colleagues …" : "Reply …") : "You do not hold this conversation."}
        disabled={!canWrite}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
        }}
      />
      <div class="actions">
        <label>
          <input type="checkbox" checked={isNote} onChange={(event) => setIsNote(event.currentTarget.checked)} /> Note
        </label>
        <span class="spacer" />
        <button
          type="button"
          class="quiet"
          disabled={busy || !canReply}
          onClick={() => void attempt(() => api.resolve(conversation.id, conversation.messageVersion))}
        >
          Resolve
        </button>
        <button type="submit" disabled={busy || !canWrite || !text.trim()}>
          {isNote ? "Keep note" : "Send reply"}
        </button>
      </div>
    </form>
  );
}
