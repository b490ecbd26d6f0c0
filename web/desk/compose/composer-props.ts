import type { Api } from "../api/api.ts";
import type { Conversation, Route } from "../api/types.ts";
import type { DraftKind, Drafts } from "./drafts.ts";
import type { Variables } from "./template.ts";

/** What writing in a conversation needs to know and to tell. */
export interface ComposerProps {
  api: Api;
  drafts: Drafts;
  conversation: Conversation;
  routes: Route[];
  variables: Variables;
  /** who holds a conversation answers it; everybody who sees it may note something */
  canReply: boolean;
  holding: string;
  kind: DraftKind;
  onKind: (kind: DraftKind) => void;
  /** gives the keys back to the page */
  onLeave: () => void;
  /** sets the conversation aside until then */
  onWait: (until: string) => void;
  onTyping: (isTyping: boolean) => void;
  onChange: () => Promise<void>;
}
