import { useEffect, useState } from "preact/hooks";
import { received, type Received } from "./router-side.ts";

const refreshMs = 1_000;

/** What has been sent to this address, asked for again every second. */
export function useReceived(channel: "sms" | "email", to: string): { items: Received[]; problem: string } {
  const [items, setItems] = useState<Received[]>([]);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async (): Promise<void> => {
      try {
        const found = await received(channel, to);
        if (ended) return;
        setItems(found);
        setProblem("");
      } catch {
        if (!ended) setProblem("The router can't be reached. Is npm start still running?");
      }
      if (!ended) timer = setTimeout(() => void poll(), refreshMs);
    };
    void poll();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [channel, to]);
  return { items, problem };
}
