import type { Identity } from "../api/types.ts";
import { Address } from "../parts/address.tsx";
import { channelName } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";
import { EvidenceList } from "./evidence.tsx";

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
            <span class="identity-address">
              <Address at={{ channel, address }} />
            </span>
            <EvidenceList evidence={evidence}>
              {optedOutOf.length > 0 && (
                <li class="error">{t("customer.opted-out", { inboxes: optedOutOf.join(", ") })}</li>
              )}
              {blocked && <li class="error">{t("customer.blocked")}</li>}
            </EvidenceList>
          </li>
        ))}
      </ul>
    </section>
  );
}
