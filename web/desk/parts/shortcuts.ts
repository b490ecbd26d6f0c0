import { createContext } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";

/** What keys do on the desk, in the order in which the help lists them. */
export const shortcuts = [
  { name: "search", key: "/" },
  { name: "next", key: "j" },
  { name: "previous", key: "k" },
  { name: "reply", key: "r" },
  { name: "note", key: "n" },
  { name: "resolve", key: "e" },
  { name: "transfer", key: "t" },
  { name: "snooze", key: "s" },
  { name: "customer", key: "c" },
  { name: "help", key: "?" },
] as const;

export type ShortcutName = (typeof shortcuts)[number]["name"];

/** Whether keys without Ctrl or Alt do anything. */
export const SingleKeys = createContext(true);

/** Gives keys their meaning while the component is shown. What is undefined can't be done now. */
export function useShortcuts(actions: Partial<Record<ShortcutName, () => void>>): void {
  const isOn = useContext(SingleKeys);
  const current = useRef(actions);
  current.current = actions;
  useEffect(() => {
    if (!isOn) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTaken(event.target)) return;
      const name = shortcuts.find(({ key }) => key === event.key)?.name;
      const action = name && current.current[name];
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [isOn]);
}

/** Keys belong to whoever writes, and to an open dialog. */
const isTaken = (target: EventTarget | null): boolean =>
  document.querySelector("dialog[open]") !== null ||
  (target instanceof HTMLElement && target.closest("input, textarea, select") !== null);
