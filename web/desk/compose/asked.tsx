import type { Route } from "../api/types.ts";
import { CannedReplies } from "./canned-replies.tsx";
import type { ComposerProps } from "./composer-props.ts";
import { Templates } from "./templates.tsx";

/** What is being chosen in a window of its own. */
export type Asking =
  | { for: "canned" }
  /** where it was asked for, it goes out, wherever the customer writes from while its gaps are filled in */
  | { for: "template"; ids: string[] | undefined; route: Route }
  | undefined;

interface Props extends Pick<ComposerProps, "api" | "conversation" | "variables" | "onChange"> {
  asking: Asking;
  onText: (text: string) => void;
  /** a template went out */
  onSent: () => void;
  onClose: () => void;
}

/** Texts that are ready, of the company's own or of the provider's. */
export function Asked({ asking, api, conversation, variables, onText, onSent, onChange, onClose }: Props) {
  const { id, language } = conversation;
  if (asking?.for === "canned") return <CannedReplies {...{ api, language, variables, onClose }} onChoose={onText} />;
  if (asking?.for !== "template") return null;
  const { identityId, inboxId } = asking.route;
  return (
    <Templates
      {...{ api, inboxId, language, onClose }}
      templateIds={asking.ids}
      onSend={async (template, key) => {
        await api.write(id, { template, identityId }, key);
        onSent();
        await onChange();
      }}
    />
  );
}
