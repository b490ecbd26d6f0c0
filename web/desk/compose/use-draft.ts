import { useEffect, useRef, useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Written } from "../api/types.ts";
import type { Draft, DraftKind, Drafts } from "./drafts.ts";

interface Options {
  api: Api;
  drafts: Drafts;
  conversationId: string;
  kind: DraftKind;
  /** the address that a reply goes to, named each time, so that it goes where its agent sees it go; absent: none is known */
  identityId: string | undefined;
  onChange: () => Promise<void>;
}

/** What is written, and its way out. What was not taken stays, with its Idempotency-Key. */
export function useDraft({ api, drafts, conversationId, kind, onChange, ...options }: Options) {
  const identityId = kind === "note" ? undefined : options.identityId;
  const [draft, setDraft] = useState(drafts.get(conversationId, kind));
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>();
  const isSending = useRef(false);
  useEffect(() => drafts.subscribe(() => setDraft(drafts.get(conversationId, kind))), [drafts, conversationId, kind]);

  const write = (change: Partial<Pick<Draft, "text" | "quickReplies">>): void => {
    drafts.write(conversationId, kind, { ...change, identityId });
    setRefusal(undefined);
  };

  const send = async (): Promise<void> => {
    // A second click comes before the page shows that the first one counted.
    if (isSending.current) return;
    isSending.current = true;
    setBusy(true);
    setRefusal(undefined);
    try {
      const written = drafts.write(conversationId, kind, { identityId });
      await api.write(
        conversationId,
        kind === "note" ? { text: written.text, note: true } : replyOf(written),
        written.key,
      );
      drafts.taken(conversationId, kind, written.key);
    } catch (error) {
      setRefusal(error);
    }
    await onChange();
    isSending.current = false;
    setBusy(false);
  };

  return { ...draft, isBusy, refusal, write, send, forget: () => setRefusal(undefined) };
}

/** @param draft all of whose files have been brought up */
function replyOf({ text, identityId, files, quickReplies }: Draft): Written {
  const answers = quickReplies.map((each) => each.trim()).filter(Boolean);
  return {
    identityId,
    ...(text.trim() === "" ? {} : { text }),
    ...(files.length === 0 ? {} : { media: files.flatMap(({ state }) => (state.kind === "stored" ? [state.id] : [])) }),
    ...(answers.length === 0 ? {} : { quickReplies: answers }),
  };
}
