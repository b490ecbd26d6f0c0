import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Live, Typing, Viewers } from "./live.ts";

/** Whoever writes is told of so often: what is not told again counts as ended. */
const typingAgainMs = 2_500;
/** An agent who stops pressing keys for so long does not write any more. */
const stillTypingMs = 4_000;
/** The customer's side tells again while they write; what is not told again has ended. */
const customerTypingMs = 6_000;

/** Who else is with the open conversation. */
export interface Company {
  viewers: Viewers["viewers"];
  isCustomerTyping: boolean;
}

const nobody: Company = { viewers: [], isCustomerTyping: false };

/** Tells the router which conversation is before this agent, and keeps what it tells about others. */
export function useCompany(live: { current: Live | undefined }, selectedId: string | undefined) {
  const [company, setCompany] = useState(nobody);
  const toldAt = useRef(0);
  const isTyping = useRef(false);
  const typingTimer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const customerTimer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const tellAgain = useCallback(() => {
    const conversationId = document.hidden ? null : (selectedId ?? null);
    const viewing = { conversationId, typing: conversationId !== null && isTyping.current };
    toldAt.current = performance.now();
    live.current?.tell(viewing);
  }, [live, selectedId]);

  const onTyping = useCallback(
    (typing: boolean) => {
      clearTimeout(typingTimer.current);
      if (typing) typingTimer.current = setTimeout(() => onTyping(false), stillTypingMs);
      const isKnown = typing === isTyping.current && performance.now() - toldAt.current < typingAgainMs;
      isTyping.current = typing;
      if (!isKnown) tellAgain();
    },
    [tellAgain],
  );

  useEffect(() => {
    setCompany(nobody);
    isTyping.current = false;
    tellAgain();
    document.addEventListener("visibilitychange", tellAgain);
    return () => {
      document.removeEventListener("visibilitychange", tellAgain);
      clearTimeout(typingTimer.current);
      clearTimeout(customerTimer.current);
    };
  }, [tellAgain]);

  const onFrame = useCallback((frame: Viewers | Typing) => {
    if (frame.type === "viewers") return setCompany((before) => ({ ...before, viewers: frame.viewers }));
    clearTimeout(customerTimer.current);
    setCompany((before) => ({ ...before, isCustomerTyping: true }));
    customerTimer.current = setTimeout(
      () => setCompany((before) => ({ ...before, isCustomerTyping: false })),
      customerTypingMs,
    );
  }, []);

  /** The conversation has changed under the agent's eyes: what they see now counts as read, and what was typed has come. */
  const onNews = useCallback(() => {
    clearTimeout(customerTimer.current);
    setCompany((before) => ({ ...before, isCustomerTyping: false }));
    tellAgain();
  }, [tellAgain]);

  return { company, onTyping, onFrame, onNews };
}
