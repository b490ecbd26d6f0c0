import { addressName, groupsOf, type Reachable } from "../words/addresses.ts";
import { useWords } from "../words/words.tsx";

/** An address as it is read: digits in groups, which only stand apart, so that what is copied is the number. */
export function Address({ at }: { at: Reachable }) {
  const { t } = useWords();
  const groups = groupsOf(addressName(at, t));
  if (groups.length === 1) return <span class="address">{groups[0]}</span>;
  return (
    <span class="address is-number">
      {groups.map((group, position) => (
        <span key={position}>{group}</span>
      ))}
    </span>
  );
}
