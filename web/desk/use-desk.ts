import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { createApi, explain, Problem, type Agent, type Api, type Conversation, type Offer } from "./api.ts";
import { inTurn } from "./in-turn.ts";
import { stayLive, type Notice } from "./live.ts";
import type { Session } from "./session.ts";
import { useThread } from "./use-thread.ts";

/** What stands in the column beside the open conversation. */
export interface Lists {
  agent: Agent | undefined;
  offers: Offer[];
  /** what this agent holds or is offered */
  own: Conversation[];
  /** the first page of those that nobody has */
  waiting: Conversation[];
  hasMoreWaiting: boolean;
  /** for supervisors: the first page of what agents hold */
  others: Conversation[];
}

const emptyPage = { items: [], cursor: undefined };

async function fetchLists(api: Api, { userId, groups }: Session): Promise<Lists> {
  const isAgent = groups.includes("agent");
  const [agent, offers, own, waiting, others] = await Promise.all([
    isAgent ? api.agent() : undefined,
    isAgent ? api.offers() : emptyPage,
    isAgent ? api.conversations({ agent: userId }) : emptyPage,
    api.conversations({ status: "waiting" }),
    isAgent ? emptyPage : api.conversations({ status: "assigned" }),
  ]);
  return {
    agent,
    offers: offers.items,
    own: own.items.toSorted((one, other) => other.lastMessageAt.localeCompare(one.lastMessageAt)),
    waiting: waiting.items.toSorted((one, other) => one.openedAt.localeCompare(other.openedAt)),
    hasMoreWaiting: waiting.cursor !== undefined,
    others: others.items,
  };
}

/** Which conversation is open stands in the address, so that the browser's own way back leads to the list. */
function useSelection(): [string | undefined, (id: string | undefined) => void] {
  const selected = (): string | undefined => decodeURIComponent(location.hash.slice(1)) || undefined;
  const [id, setId] = useState(selected);
  useEffect(() => {
    const follow = (): void => setId(selected());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const select = useCallback((next: string | undefined) => {
    location.hash = encodeURIComponent(next ?? "");
  }, []);
  return [id, select];
}

/** Follows the router's notices while `isOn`. @returns whether the socket is open */
function useLive(api: Api, isOn: boolean, onChange: (notice?: Notice) => void): boolean {
  const [isLive, setLive] = useState(false);
  useEffect(() => (isOn ? stayLive(api, onChange, setLive) : undefined), [api, isOn, onChange]);
  return isLive;
}

/** All that a desk knows, kept current, and what the agent does with it. */
export function useDesk(session: Session) {
  const api = useMemo(() => createApi(session), [session]);
  const [lists, setLists] = useState<Lists>();
  const [hasEnded, setEnded] = useState(false);
  const [trouble, setTrouble] = useState("");
  const [refusal, setRefusal] = useState("");
  const [selectedId, select] = useSelection();
  const selected = useRef(selectedId);
  selected.current = selectedId;

  const onFailure = useCallback((error: unknown, tell = setTrouble) => {
    if (error instanceof Problem && error.status === 401) setEnded(true);
    else tell(explain(error));
  }, []);
  const { reload: reloadThread, ...thread } = useThread(api, selectedId, onFailure);
  const reloadLists = useMemo(
    () =>
      inTurn(async () => {
        try {
          setLists(await fetchLists(api, session));
          setTrouble("");
        } catch (error) {
          onFailure(error);
        }
      }),
    [api, session, onFailure],
  );
  useEffect(() => void reloadLists(), [reloadLists]);
  const onNotice = useCallback(
    (notice?: Notice) => {
      // A status is shown in the conversation alone.
      if (notice?.type !== "status") void reloadLists();
      if (!notice || notice.conversationId === selected.current) void reloadThread();
    },
    [reloadLists, reloadThread],
  );
  const isLive = useLive(api, !hasEnded, onNotice);

  const reload = async (): Promise<void> => void (await Promise.all([reloadLists(), reloadThread()]));
  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    setRefusal("");
    const failed = await work().then(
      () => false,
      (error: unknown) => {
        onFailure(error, setRefusal);
        return true;
      },
    );
    await reload();
    return !failed;
  };

  return { api, lists, thread, isLive, hasEnded, problem: refusal || trouble, selectedId, select, attempt, reload };
}
