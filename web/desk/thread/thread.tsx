import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Agent } from "../api/types.ts";
import { Composer } from "../compose/composer.tsx";
import type { DraftKind, Drafts } from "../compose/drafts.ts";
import { variablesOf } from "../compose/template.ts";
import { Failure } from "../parts/failure.tsx";
import { useShortcuts } from "../parts/shortcuts.ts";
import type { About } from "../state/use-customer.ts";
import type { Company } from "../state/use-company.ts";
import type { OpenThread } from "../state/use-thread.ts";
import { addressName } from "../words/addresses.ts";
import { holding } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";
import { Banners } from "./banners.tsx";
import { Head, type Actions } from "./head.tsx";
import { Messages } from "./messages.tsx";
import { Snooze } from "./snooze.tsx";
import { Transfer, type TransferProps } from "./transfer.tsx";

export interface ThreadProps {
  api: Api;
  drafts: Drafts;
  thread: OpenThread;
  about: About | undefined;
  company: Company;
  agent: Agent | undefined;
  userId: string;
  isSupervisor: boolean;
  onTyping: (isTyping: boolean) => void;
  onChange: () => Promise<void>;
  onBack: () => void;
  onSelect: (id: string) => void;
  onCustomer: () => void;
  onJoin: (conversationId: string) => void;
}

type Asking = "transfer" | "snooze" | undefined;

/** One conversation: what it is about, what was said, and what can be done. */
export function Thread(props: ThreadProps) {
  const { api, drafts, thread, about, company, agent, userId, onTyping, onChange } = props;
  const { conversation, messages, routes } = thread;
  const words = useWords();
  const [asking, setAsking] = useState<Asking>();
  const [kind, setKind] = useState<DraftKind>("reply");
  const { failure, title, isHolder, actions, change } = useActions(props, setAsking);
  useKeptFocus(title, asking, actions);
  const root = useRef<HTMLElement>(null);
  const writeA = useWriting(root, kind, setKind);
  useShortcuts({
    reply: () => writeA("reply"),
    note: () => writeA("note"),
    resolve: actions.resolve,
    transfer: actions.transfer,
    snooze: actions.snooze,
  });

  return (
    <article
      class="thread"
      aria-label={words.t("thread.title", { address: addressName(conversation, words.t) })}
      ref={root}
    >
      <Head
        conversation={conversation}
        company={company}
        userId={userId}
        title={title}
        actions={actions}
        onBack={props.onBack}
        onCustomer={props.onCustomer}
      />
      <Failure error={failure} />
      <Banners {...props} conversation={conversation} actions={actions} />
      <Messages api={api} messages={messages} isCustomerTyping={company.isCustomerTyping} />
      {conversation.status === "resolved" ? (
        <div class="banner resolved">
          <p>{words.t("thread.resolved")}</p>
          {actions.reopen && (
            <button type="button" class="quiet" onClick={actions.reopen}>
              {words.t("thread.reopen")}
            </button>
          )}
        </div>
      ) : (
        <Composer
          {...{ api, drafts, conversation, routes, kind, onTyping, onChange }}
          variables={variablesOf({ customer: about?.customer, agent, conversation })}
          canReply={isHolder}
          holding={holding(conversation, userId, words)}
          onKind={setKind}
          onWait={(until) => void change(() => api.snooze(conversation.id, until))}
          onLeave={() => title.current?.focus()}
        />
      )}
      <Window asking={asking} onClose={() => setAsking(undefined)} {...props} />
    </article>
  );
}

/** A button that led to what makes it go takes the focus along: whoever had pressed it goes on at the title. */
function useKeptFocus(title: RefObject<HTMLElement | null>, asking: Asking, actions: Actions): void {
  const offered = Object.keys(actions).filter((name) => actions[name as keyof Actions] !== undefined);
  useEffect(() => {
    if (document.activeElement === document.body) title.current?.focus();
  }, [asking, offered.join(" ")]);
}

/** Leads the keys into the field of a kind: at once where it is shown, else as soon as it is. */
function useWriting(
  root: RefObject<HTMLElement | null>,
  kind: DraftKind,
  setKind: (kind: DraftKind) => void,
): (wanted: DraftKind) => void {
  const isWanted = useRef(false);
  const focus = (): void => root.current?.querySelector<HTMLElement>(".composer textarea")?.focus();
  useLayoutEffect(() => {
    if (isWanted.current) focus();
    isWanted.current = false;
  }, [kind]);
  return (wanted) => {
    if (wanted === kind) return focus();
    isWanted.current = true;
    setKind(wanted);
  };
}

interface WindowProps extends ThreadProps {
  asking: Asking;
  onClose: () => void;
}

/** What has to be said before a conversation can be passed on or set aside. */
function Window({ asking, onClose, api, thread, isSupervisor, onChange }: WindowProps) {
  const { id } = thread.conversation;
  if (asking === "transfer") {
    const transfer: TransferProps["onTransfer"] = (target, note) => api.transfer(id, target, note).then(onChange);
    return <Transfer api={api} isSupervisor={isSupervisor} onTransfer={transfer} onClose={onClose} />;
  }
  if (asking === "snooze")
    return <Snooze onSnooze={(until) => api.snooze(id, until).then(onChange)} onClose={onClose} />;
  return null;
}

/** What this agent may do with the conversation as it is. */
function useActions({ api, thread, userId, isSupervisor, onChange }: ThreadProps, ask: (asking: Asking) => void) {
  const { id, status, agentId, messageVersion } = thread.conversation;
  const [failure, setFailure] = useState<unknown>();
  const title = useRef<HTMLHeadingElement>(null);
  const isResolved = status === "resolved";
  const isHolder = agentId === userId && status === "assigned";
  const mayChange = (isHolder || isSupervisor) && !isResolved;
  useEffect(() => title.current?.focus(), [isResolved]);

  const change = async (work: () => Promise<unknown>): Promise<void> => {
    setFailure(undefined);
    await work().catch(setFailure);
    await onChange();
  };
  const actions: Actions = {
    resolve: mayChange ? () => void change(() => api.resolve(id, messageVersion)) : undefined,
    transfer: mayChange ? () => ask("transfer") : undefined,
    snooze: isHolder ? () => ask("snooze") : undefined,
    wake:
      status === "snoozed" && (agentId === userId || isSupervisor)
        ? () => void change(() => api.snooze(id, null))
        : undefined,
    reopen: isResolved ? () => void change(() => api.reopen(id)) : undefined,
  };
  return { failure, title, isHolder, actions, change };
}
