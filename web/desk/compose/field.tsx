import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/problem.ts";
import type { Route } from "../api/types.ts";
import { explain, refusalOf } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";
import { CannedReplies } from "./canned-replies.tsx";
import type { ComposerProps } from "./composer-props.ts";
import type { DraftKind } from "./drafts.ts";
import { missingIn } from "./template.ts";
import { useDraft } from "./use-draft.ts";

interface Props extends ComposerProps {
  /** absent where no address is known */
  route: Route | undefined;
  /** the address chosen in place of the one last used */
  identityId: string | undefined;
}

/** Where a text is written, what stands in its way, and how it goes out. */
export function Field(props: Props) {
  const { kind, conversation, route, onTyping } = props;
  const { t } = useWords();
  const draft = useDraft({ ...props, conversationId: conversation.id });
  const [isChoosing, setChoosing] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const isNote = kind === "note";
  const missing = isNote ? [] : missingIn(draft.text);
  const refusedRoute = isNote || !route ? undefined : refusalOf(route, t);
  const canSend = draft.text.trim() !== "" && !draft.isBusy && missing.length === 0;
  // What stood in the way may be gone, by a START or another route; what is said about it goes with it.
  useEffect(draft.forget, [refusedRoute]);

  const submit = async (event?: Event): Promise<void> => {
    event?.preventDefault();
    if (!canSend) return;
    onTyping(false);
    await draft.send();
    // The button that was pressed is disabled now, and has let go of the focus. Whoever has left meanwhile stays away.
    if (document.activeElement === document.body) field.current?.focus();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Obstacle error={draft.refusal} refusedRoute={refusedRoute} missing={missing} />
      <Writing
        place={field}
        kind={kind}
        text={draft.text}
        isBusy={draft.isBusy}
        onWrite={(text) => {
          draft.write(text);
          if (!isNote) onTyping(true);
        }}
        onSubmit={() => void submit()}
        onLeave={props.onLeave}
      />
      <div class="actions">
        <button type="button" class="quiet" onClick={() => setChoosing(true)}>
          {t("canned.open")}
        </button>
        <span class="hint">{t(isNote ? "composer.note-key" : "composer.reply-key")}</span>
        <button type="submit" disabled={!canSend}>
          {t(isNote ? "composer.keep" : "composer.send")}
        </button>
      </div>
      {isChoosing && (
        <CannedReplies
          api={props.api}
          language={conversation.language}
          variables={props.variables}
          onClose={() => setChoosing(false)}
          onChoose={(text) => draft.write(insertedInto(field.current!, text))}
        />
      )}
    </form>
  );
}

interface WritingProps {
  place: RefObject<HTMLTextAreaElement | null>;
  kind: DraftKind;
  text: string;
  isBusy: boolean;
  onWrite: (text: string) => void;
  onSubmit: () => void;
  onLeave: () => void;
}

function Writing({ place, kind, text, isBusy, onWrite, onSubmit, onLeave }: WritingProps) {
  const { t } = useWords();
  const isNote = kind === "note";
  return (
    <textarea
      ref={place}
      name={kind}
      rows={3}
      value={text}
      dir="auto"
      readOnly={isBusy}
      aria-label={t(isNote ? "composer.note-field" : "composer.reply-field")}
      aria-keyshortcuts={isNote ? "n" : "r"}
      placeholder={t(isNote ? "composer.note-placeholder" : "composer.reply-placeholder")}
      onInput={(event) => onWrite(event.currentTarget.value)}
      onKeyDown={(event) => {
        // While a word is being composed, keys choose its characters.
        if (event.isComposing) return;
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onSubmit();
        if (event.key === "Escape") onLeave();
      }}
    />
  );
}

interface ObstacleProps {
  error: unknown;
  refusedRoute: string | undefined;
  missing: string[];
}

/** The text is still there: what stands in its way, and what to do about it. */
function Obstacle({ error, refusedRoute, missing }: ObstacleProps) {
  const { t, list } = useWords();
  if (error !== undefined) {
    const reason = explain(error, t);
    return (
      <p class="failure" role="alert">
        {error instanceof Problem ? t("composer.not-sent", { reason }) : t("composer.again", { reason })}
      </p>
    );
  }
  if (missing.length > 0) {
    return (
      <p class="banner is-bad" role="alert">
        {t("canned.missing", { names: list(missing.map((name) => `{{${name}}}`)) })}
      </p>
    );
  }
  return refusedRoute === undefined ? null : (
    <p class="banner is-bad" role="note">
      {refusedRoute}
    </p>
  );
}

/** The text with another one at the cursor, or in place of what is marked. */
function insertedInto(field: HTMLTextAreaElement, text: string): string {
  const { value, selectionStart, selectionEnd } = field;
  return value.slice(0, selectionStart) + text + value.slice(selectionEnd);
}
