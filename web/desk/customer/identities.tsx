import type { Identity } from "../api/types.ts";
import { addressName, channelName, evidenceName } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";

interface Props {
  identities: Identity[];
  onMerge: () => void;
}

/** The addresses by which a customer is known, each with why it counts as theirs. */
export function Identities({ identities, onMerge }: Props) {
  const { t } = useWords();
  return (
    <section class="card">
      <header>
        <h3>{t("customer.addresses")}</h3>
        <button type="button" class="quiet" onClick={onMerge}>
          {t("join.open")}
        </button>
      </header>
      <ul class="identities">
        {identities.map(({ id, channel, address, evidence, optedOutOf, blocked }) => (
          <li key={id}>
            <span class={`channel is-${channel}`}>{channelName(channel, t)}</span>
            <span class="identity-address">{addressName({ channel, address }, t)}</span>
            <ul class="hint evidence">
              {evidence.map(({ kind, at, by }) => (
                <li key={`${kind} ${by}`}>
                  <Evidence kind={kind} at={at} by={by} />
                </li>
              ))}
              {optedOutOf.length > 0 && (
                <li class="error">{t("customer.opted-out", { inboxes: optedOutOf.join(", ") })}</li>
              )}
              {blocked && <li class="error">{t("customer.blocked")}</li>}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Evidence({ kind, at, by }: Identity["evidence"][number]) {
  const { t, momentOf } = useWords();
  const said = `${evidenceName(kind, t)}${by ? ` (${by})` : ""}`;
  return (
    <>
      {said}, <time dateTime={at}>{momentOf(at)}</time>
    </>
  );
}
