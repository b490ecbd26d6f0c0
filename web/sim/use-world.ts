import { useEffect, useState } from "preact/hooks";
import { now, received, type Received } from "./router-side.ts";

const refreshMs = 1_000;

export interface World {
  /** what has been sent to somebody, oldest first */
  items: Received[];
  /** ISO 8601; empty until it is known */
  now: string;
  problem: string;
}

/** What has been sent to these addresses and how late it is, asked for again every second. */
export function useWorld(addresses: string[]): World {
  const [world, setWorld] = useState<World>({ items: [], now: "", problem: "" });
  const wanted = addresses.join(" ");
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async (): Promise<void> => {
      try {
        const [items, time] = await Promise.all([received(wanted.split(" ")), now()]);
        if (ended) return;
        setWorld({ items, now: time, problem: "" });
      } catch {
        const problem = "The router can't be reached. Is npm start still running?";
        if (!ended) setWorld((before) => ({ ...before, problem }));
      }
      if (!ended) timer = setTimeout(() => void poll(), refreshMs);
    };
    setWorld((before) => ({ ...before, items: [] }));
    void poll();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [wanted]);
  return world;
}
