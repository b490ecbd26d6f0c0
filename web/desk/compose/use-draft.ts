import { useRef, useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { DraftKind, Drafts } from "./drafts.ts";

interface Options {
  api: Api;
  drafts: Drafts;
  conversationId: string;
  kind: DraftKind;
  /** the address that a reply goes to; absent: the one last used */
  identityId: string | undefined;
  onChange: () => Promise<void>;
}

/** What is written, and its way out. A text that was not taken stays, with its Idempotency-Key. */
export function useDraft({ api, drafts, conversationId, kind, onChange, ...options }: Options) {
  const identityId = kind === "note" ? undefined : options.identityId;
  const [draft, setDraft] = useState(drafts.get(conversationId, kind));
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>();
  const isSending = useRef(false);

  const write = (text: string): void => {
    setDraft(drafts.write(conversationId, kind, text, identityId));
    setRefusal(undefined);
  };

  const send = async (): Promise<void> => {
    // A second click comes before the page shows that the first one counted.
    if (isSending.current) return;
    isSending.current = true;
    setBusy(true);
    setRefusal(undefined);
    try {
      const { text, key } = drafts.write(conversationId, kind, draft.text, identityId);
      await api.write(conversationId, kind === "note" ? { text, note: true } : { text, identityId }, key);
      setDraft(drafts.taken(conversationId, kind, key));
    } catch (error) {
      setRefusal(error);
    }
    await onChange();
    isSending.current = false;
    setBusy(false);
  };

  return { text: draft.text, isBusy, refusal, write, send, forget: () => setRefusal(undefined) };
}
