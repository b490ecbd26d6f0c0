import { useRef, useState } from "preact/hooks";

/** Sends one thing at a time, and says why one was not taken. `send` answers whether it was. */
export function useSending(): { failure: string; send: (work: () => Promise<void>) => Promise<boolean> } {
  const [failure, setFailure] = useState("");
  const isSending = useRef(false);
  const send = async (work: () => Promise<void>): Promise<boolean> => {
    if (isSending.current) return false;
    isSending.current = true;
    setFailure("");
    try {
      await work();
      return true;
    } catch (error) {
      setFailure(`Not sent. ${error instanceof Error ? error.message : String(error)}`);
      return false;
    } finally {
      isSending.current = false;
    }
  };
  return { failure, send };
}
