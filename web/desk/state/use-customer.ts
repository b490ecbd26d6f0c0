import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Conversation, Customer } from "../api/types.ts";
import { inTurn } from "./in-turn.ts";

/** Who the customer is, and what they have asked for. */
export interface About {
  customer: Customer;
  /** of all channels, newest first */
  history: Conversation[];
  /** leads to older ones */
  cursor: string | undefined;
}

const nothing = (): Promise<void> => Promise.resolve();

/** Loads a customer. What comes late for the one before is dropped. */
export function useCustomer(api: Api, id: string | undefined) {
  const [about, setAbout] = useState<About>();
  const [failure, setFailure] = useState<unknown>();
  const load = useRef(nothing);

  useEffect(() => {
    setAbout(undefined);
    setFailure(undefined);
    if (id === undefined) return;
    let isCurrent = true;
    load.current = inTurn(async () => {
      try {
        const [customer, { items, cursor }] = await Promise.all([api.customer(id), api.history(id)]);
        if (!isCurrent) return;
        setAbout({ customer, history: items, cursor });
        setFailure(undefined);
      } catch (error) {
        if (isCurrent) setFailure(error);
      }
    });
    void load.current();
    return () => {
      isCurrent = false;
      load.current = nothing;
    };
  }, [api, id]);

  const reload = useCallback(() => load.current(), []);
  return { about, failure, reload };
}
