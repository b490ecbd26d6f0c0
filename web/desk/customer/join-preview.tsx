import type { Customer } from "../api/types.ts";
import { addressName, channelName } from "../words/labels.ts";
import { useWords } from "../words/words.tsx";

interface Props {
  customer: Customer;
  other: Customer;
  isBusy: boolean;
  onJoin: () => void;
}

/** What comes together, before anybody says yes. */
export function JoinPreview({ customer, other, isBusy, onJoin }: Props) {
  const { t } = useWords();
  const bothOpen = customer.openConversationId !== null && other.openConversationId !== null;
  return (
    <div class="preview">
      <p>{t("join.preview")}</p>
      <div class="preview-sides">
        <Side customer={customer} />
        <Side customer={other} />
      </div>
      {bothOpen && <p class="hint">{t("join.both-open")}</p>}
      <p class="hint">{t("join.undo-hint")}</p>
      <button type="button" disabled={isBusy} onClick={onJoin}>
        {t("join.do")}
      </button>
    </div>
  );
}

function Side({ customer: { name, identities, attributes } }: { customer: Customer }) {
  const { t } = useWords();
  return (
    <section class="card">
      <h3>{name ?? t("customer.unnamed")}</h3>
      <ul>
        {identities.map(({ id, channel, address }) => (
          <li key={id}>
            {channelName(channel, t)}: {addressName({ channel, address }, t)}
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
