import { useEffect, useRef, useState } from "preact/hooks";
import { explain, Problem, type Api, type Conversation } from "./api.ts";
import type { DraftKind, Drafts } from "./drafts.ts";

interface Props {
  api: Api;
  drafts: Drafts;
  conversation: Conversation;
  /** who holds a conversation answers it; everybody who sees it may note something */
  canReply: boolean;
  holding: string;
  optedOut: boolean;
  onChange: () => Promise<void>;
}

interface FieldProps extends Props {
  kind: DraftKind;
}

/** Writes replies and notes, each in a field of its own. A text that was not taken stays, with its Idempotency-Key. */
export function Composer(props: Props) {
  const { canReply } = props;
  const [wanted, setWanted] = useState<DraftKind>("reply");
  const kind = canReply ? wanted : "note";
  return (
    <section class={`composer is-${kind}`} aria-label="Write">
      {!canReply && (
        <p class="hint">
          This conversation is {props.holding}, so you can't reply. A note for colleagues stays inside.
        </p>
      )}
      {canReply && (
        <div class="kinds" role="group" aria-label="What to write">
          <Kind label="Reply to customer" isChosen={kind === "reply"} choose={() => setWanted("reply")} />
          <Kind label="Note, stays inside" isChosen={kind === "note"} choose={() => setWanted("note")} />
        </div>
      )}
      <Field key={kind} kind={kind} {...props} />
    </section>
  );
}

function Kind({ label, isChosen, choose }: { label: string; isChosen: boolean; choose: () => void }) {
  return (
    <button type="button" class="kind" aria-pressed={isChosen} onClick={choose}>
      {label}
    </button>
  );
}

/** What is written, and its way out. */
function useDraft({ api, drafts, conversation, kind, optedOut, onChange }: FieldProps) {
  const [draft, setDraft] = useState(drafts.get(conversation.id, kind));
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState("");
  const isSending = useRef(false);
  const canSend = draft.text.trim() !== "" && !isBusy;
  useEffect(() => {
    if (!optedOut) setRefusal("");
  }, [optedOut]);

  const write = (text: string): void => {
    setDraft(drafts.write(conversation.id, kind, text));
    setRefusal("");
  };

  const send = async (): Promise<void> => {
    // A second click comes before the page shows that the first one counted.
    if (isSending.current || !canSend) return;
    isSending.current = true;
    setBusy(true);
    setRefusal("");
    try {
      await api.write(conversation.id, draft.text, draft.key, kind === "note");
      setDraft(drafts.taken(conversation.id, kind, draft.key));
    } catch (error) {
      setRefusal(refusalOf(error));
    }
    await onChange();
    isSending.current = false;
    setBusy(false);
  };

  return { text: draft.text, isBusy, refusal, canSend, write, send };
}

function Field(props: FieldProps) {
  const { kind, optedOut } = props;
  const { text, isBusy, refusal, canSend, write, send } = useDraft(props);
  const field = useRef<HTMLTextAreaElement>(null);
  const submit = (): void => void send().then(() => field.current?.focus());
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {refusal ? (
        <p class="failure" role="alert">
          {refusal}
        </p>
      ) : (
        optedOut &&
        kind === "reply" && (
          <p class="banner is-bad" role="note">
            The customer has sent STOP to this number: replies are refused until they send START.
          </p>
        )
      )}
      <textarea
        ref={field}
        name={kind}
        rows={2}
        value={text}
        dir="auto"
        readOnly={isBusy}
        aria-label={kind === "note" ? "Note" : "Reply"}
        placeholder={kind === "note" ? "Only colleagues see this" : "Write a reply"}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
        }}
      />
      <div class="actions">
        <span class="hint">Ctrl + Enter {kind === "note" ? "keeps the note" : "sends"}</span>
        <button type="submit" disabled={!canSend}>
          {kind === "note" ? "Keep note" : "Send reply"}
        </button>
      </div>
    </form>
  );
}

/** The text is still there: what stands in the way, and what to do about it. */
function refusalOf(error: unknown): string {
  if (!(error instanceof Problem)) return `${explain(error)} Send it again: it can't go out twice.`;
  if (error.reason !== "opted-out") return `Not sent. ${error.message}`;
  return "Not sent: the customer has sent STOP to this number. Your text is kept; it can go out once they send START.";
}
