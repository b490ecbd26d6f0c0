import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { createApi, type Api } from "../api/api.ts";
import { isSignedOut } from "../api/problem.ts";
import type { Session } from "../session.ts";
import { inTurn } from "./in-turn.ts";
import { fetchLists, type Choice, type Lists } from "./lists.ts";
import { stayLive, type Live, type LiveHandlers } from "./live.ts";
import { useCompany } from "./use-company.ts";
import { useCustomer } from "./use-customer.ts";
import { useSelection } from "./use-selection.ts";
import { useThread } from "./use-thread.ts";

const firstChoice: Choice = { view: "open", queueId: undefined, pages: 1 };

/** Fetches the lists, each time anew when another choice is made. */
function useLists(api: Api, session: Session, onFailure: (error: unknown) => void, onSuccess: () => void) {
  const [lists, setLists] = useState<Lists>();
  const [choice, setChoice] = useState(firstChoice);
  const chosen = useRef(choice);
  chosen.current = choice;
  const reload = useMemo(
    () =>
      inTurn(async () => {
        try {
          setLists(await fetchLists(api, session, chosen.current));
          onSuccess();
        } catch (error) {
          onFailure(error);
        }
      }),
    [api, session, onFailure, onSuccess],
  );
  useEffect(() => void reload(), [reload, choice]);
  const choose = useCallback(
    (change: Partial<Choice>) => setChoice((before) => ({ ...before, pages: 1, ...change })),
    [],
  );
  return { lists, choice, choose, reload };
}

/** The router's socket while `isOn`; who hears it may change without its being opened again. */
function useLive(api: Api, isOn: boolean, handlers: { current: LiveHandlers }) {
  const live = useRef<Live>(undefined);
  useEffect(() => {
    if (!isOn) return;
    live.current = stayLive(api, {
      onFrame: (frame) => handlers.current.onFrame(frame),
      onAll: () => handlers.current.onAll(),
      onState: (isOpen) => handlers.current.onState(isOpen),
      onFailure: (error) => handlers.current.onFailure(error),
    });
    return () => live.current?.end();
  }, [api, isOn, handlers]);
  return live;
}

/** What the agent asked for and the router refused, until they ask for something else. */
function useAttempts(onFailure: (error: unknown, tell: (error: unknown) => void) => void, reload: () => Promise<void>) {
  const [refusal, setRefusal] = useState<unknown>();
  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    setRefusal(undefined);
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
  return { refusal, attempt };
}

const unheard: LiveHandlers = { onFrame() {}, onAll() {}, onState() {}, onFailure() {} };

/** All that a desk knows, kept current, and what the agent does with it. */
export function useDesk(session: Session) {
  const api = useMemo(() => createApi(session), [session]);
  const [hasEnded, setEnded] = useState(false);
  const [trouble, setTrouble] = useState<unknown>();
  const [isLive, setLive] = useState(false);
  const [selectedId, select] = useSelection();

  const onFailure = useCallback((error: unknown, tell = setTrouble) => {
    if (isSignedOut(error)) setEnded(true);
    else tell(error);
  }, []);
  const onSuccess = useCallback(() => setTrouble(undefined), []);
  const { reload: reloadLists, ...listed } = useLists(api, session, onFailure, onSuccess);
  const { reload: reloadThread, ...thread } = useThread(api, selectedId, onFailure);
  const { reload: reloadCustomer, ...about } = useCustomer(api, thread.open?.conversation.customerId);
  const handlers = useRef(unheard);
  const live = useLive(api, !hasEnded, handlers);
  const { company, onTyping, onFrame: onCompany, onNews } = useCompany(live, selectedId);

  const reload = async (): Promise<void> => void (await Promise.all([reloadLists(), reloadThread(), reloadCustomer()]));
  handlers.current = {
    onAll: () => void reload(),
    onState: setLive,
    // A router that can't be reached is tried again, and that is said by its state.
    onFailure: (error) => onFailure(error, () => {}),
    onFrame(frame) {
      const isOpen = frame.conversationId === selectedId;
      if (frame.type === "viewers" || frame.type === "typing") return isOpen ? onCompany(frame) : undefined;
      // A status is shown in the conversation alone.
      if (frame.type !== "status") void reloadLists();
      if (!isOpen) return;
      void reloadThread();
      if (frame.type === "status") return;
      // What customers write changes what is known of them, e.g. STOP.
      void reloadCustomer();
      onNews();
    },
  };

  const { refusal, attempt } = useAttempts(onFailure, reload);
  const problem = refusal ?? trouble;
  return {
    ...listed,
    api,
    thread,
    about,
    company,
    onTyping,
    isLive,
    hasEnded,
    problem,
    selectedId,
    select,
    attempt,
    reload,
  };
}
