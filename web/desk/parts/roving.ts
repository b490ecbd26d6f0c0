const steps: Record<string, (position: number, count: number) => number> = {
  ArrowDown: (position, count) => Math.min(position + 1, count - 1),
  ArrowUp: (position) => Math.max(position - 1, 0),
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** @returns where the key leads in a list, undefined for other keys */
export function rovedTo(key: string, position: number, count: number): number | undefined {
  const step = Object.hasOwn(steps, key) ? steps[key] : undefined;
  return step && count > 0 ? step(position, count) : undefined;
}

const itemSelector = "[data-roving]";

/** Moves the focus among the items inside, by arrow keys, Home and End. To be a list's `onKeyDown`. */
export function rove(event: KeyboardEvent): void {
  const list = event.currentTarget as HTMLElement;
  const items = Array.from(list.querySelectorAll<HTMLElement>(itemSelector));
  const position = items.indexOf((event.target as HTMLElement).closest<HTMLElement>(itemSelector)!);
  const next = position === -1 ? undefined : rovedTo(event.key, position, items.length);
  if (next === undefined) return;
  event.preventDefault();
  items[next]!.focus();
}

/** The only one of a list that Tab stops at: the one chosen, else the first. */
export const rovingIndex = (isStop: boolean): { tabIndex: number; "data-roving": "" } => ({
  tabIndex: isStop ? 0 : -1,
  "data-roving": "",
});
