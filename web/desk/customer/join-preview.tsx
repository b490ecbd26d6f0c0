import type { Api } from "../api/api.ts";
import type { Customer, MergePreview } from "../api/types.ts";
import { Address } from "../parts/address.tsx";
import { Failure } from "../parts/failure.tsx";
import { useFetched } from "../parts/use-fetched.ts";
import { routeName } from "../words/addresses.ts";
import { channelName } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";
import { EvidenceList } from "./evidence.tsx";

interface Props {
  api: Api;
  customer: Customer;
  other: Customer;
  isBusy: boolean;
  onJoin: () => void;
}

/** What comes together, address by address, and which conversation goes on, before anybody says yes. */
export function JoinPreview({ api, customer, other, isBusy, onJoin }: Props) {
  const { t } = useWords();
  const { found, failure } = useFetched(() => api.mergePreview(customer.id, other.id));
  return (
    <div class="preview">
      <p>{t("join.preview")}</p>
      <div class="preview-sides">
        <Side customer={customer} />
        <Side customer={other} />
      </div>
      {found ? <Pairs pairs={found.pairs} /> : <p class="hint">{failure === undefined && t("loading")}</p>}
      <Failure error={failure} />
      {found?.withdrawnConversationId && <p class="hint">{t("join.both-open")}</p>}
      <p class="hint">{t("join.undo-hint")}</p>
      <button type="button" disabled={isBusy || !found} onClick={onJoin}>
        {t("join.do")}
      </button>
    </div>
  );
}

/** Who it is; whom nobody has named yet, their addresses tell apart. */
function Side({ customer: { name, attributes, identities } }: { customer: Customer }) {
  const { t } = useWords();
  return (
    <section class="card">
      <h3>{name ?? t("customer.unnamed")}</h3>
      <ul>
        {identities.map((identity) => (
          <li key={identity.id} class="hint">
            {routeName(identity, t)}
          </li>
        ))}
        {Object.entries(attributes).map(([key, value]) => (
          <li key={key} class="hint">
            {key}: {String(value)}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Each address of the one with each of the other, and what was known before to speak for it. */
function Pairs({ pairs }: Pick<MergePreview, "pairs">) {
  const { t } = useWords();
  return (
    <ul class="pairs" aria-label={t("join.pairs")}>
      {pairs.map(({ survivor, from, evidence }) => (
        <li key={`${survivor.identityId} ${from.identityId}`} class="card">
          <p class="pair">
            <At at={survivor} />
            <span class="hidden">{t("join.with")}</span>
            <span aria-hidden="true">↔</span>
            <At at={from} />
          </p>
          {evidence.length === 0 ? <p class="hint">{t("join.no-evidence")}</p> : <EvidenceList evidence={evidence} />}
        </li>
      ))}
    </ul>
  );
}

function At({ at }: { at: MergePreview["pairs"][number]["from"] }) {
  const { t } = useWords();
  return (
    <span>
      <span class={`channel is-${at.channel}`}>{channelName(at.channel, t)}</span> <Address at={at} />
    </span>
  );
}
