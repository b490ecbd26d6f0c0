import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

interface Props {
  /** what it is called, and what its sign looks like */
  label: string;
  sign: string;
  kind: string;
  /** @param leaving makes of what an entry does what it does with the menu closed behind it */
  children: (leaving: (work: () => unknown) => () => void) => ComponentChildren;
}

/** Entries behind a sign; Escape closes them too. */
export function Menu({ label, sign, kind, children }: Props) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = (): void => {
    menu.current!.open = false;
    menu.current!.querySelector("summary")!.focus();
  };
  const leaving = (work: () => unknown) => (): void => {
    close();
    work();
  };
  return (
    <details
      class={`menu ${kind}`}
      ref={menu}
      onToggle={() => menu.current?.open && menu.current.scrollIntoView({ block: "nearest" })}
      onKeyDown={(event) => event.key === "Escape" && close()}
    >
      <summary aria-label={label}>{sign}</summary>
      <div role="group" aria-label={label}>
        {children(leaving)}
      </div>
    </details>
  );
}
