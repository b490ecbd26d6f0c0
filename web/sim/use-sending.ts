import { useRef, useState } from "preact/hooks";

/** Sends one thing at a time, and says why one was not taken. */
export function useSending(): { failure: string; send: (work: () => Promise<void>) => Promise<void> } {
  const [failure, setFailure] = useState("");
  const isSending = useRef(false);
  const send = async (work: () => Promise<void>): Promise<void> => {
    if (isSending.current) return;
    isSending.current = true;
    setFailure("");
    try {
      await work();
    } catch (error) {
      setFailure(`Not sent. ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      isSending.current = false;
    }
  };
  return { failure, send };
}
