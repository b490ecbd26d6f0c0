import type { ComponentChildren } from "preact";
import type { Identity } from "../api/types.ts";
import { channelName, evidenceName } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";

interface Props {
  evidence: Identity["evidence"];
  /** what else there is to say of the address */
  children?: ComponentChildren;
}

/** Why addresses count as one person's. */
export function EvidenceList({ evidence, children }: Props) {
  return (
    <ul class="hint evidence">
      {evidence.map(({ kind, at, by }) => (
        <li key={`${kind} ${at} ${by}`}>
          <Evidence kind={kind} at={at} by={by} />
        </li>
      ))}
      {children}
    </ul>
  );
}

function Evidence({ kind, at, by }: Identity["evidence"][number]) {
  const { t, momentOf } = useWords();
  const who = kind === "provider" && by ? channelName(by, t) : by;
  const said = `${evidenceName(kind, t)}${who ? ` (${who})` : ""}`;
  return (
    <>
      {said}, <time dateTime={at}>{momentOf(at)}</time>
    </>
  );
}
