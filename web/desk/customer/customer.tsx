import { useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Conversation, Customer } from "../api/types.ts";
import { Failure } from "../parts/failure.tsx";
import type { About } from "../state/use-customer.ts";
import { useWords } from "../words/words.tsx";
import { Edit } from "./edit.tsx";
import { History } from "./history.tsx";
import { Identities } from "./identities.tsx";
import { Merges } from "./merges.tsx";
import { Tags } from "./tags.tsx";

interface Props {
  api: Api;
  conversation: Conversation;
  about: About | undefined;
  failure: unknown;
  isAdmin: boolean;
  /** holders and supervisors file a conversation */
  canTag: boolean;
  onChange: () => Promise<void>;
  onSelect: (id: string) => void;
  /** asks with whom this customer is to be joined */
  onMerge: () => void;
  onClose: () => void;
}

/** Who the customer is, beside what they say. */
export function CustomerPanel(props: Props) {
  const { api, conversation, about, failure, isAdmin, onChange, onSelect, onMerge, onClose } = props;
  const { t } = useWords();
  const ownName = conversation.customerName;
  return (
    <aside class="customer" aria-label={t("customer.title")}>
      <header class="customer-head">
        <h2 tabIndex={-1} dir="auto">
          {about?.customer.name ?? ownName ?? t("customer.unnamed")}
        </h2>
        <button type="button" class="quiet customer-close" onClick={onClose}>
          {t("dialog.close")}
        </button>
      </header>
      {about && !about.customer.name && ownName && <p class="hint">{t("customer.own-name")}</p>}
      <Failure error={failure} />
      {!about && failure === undefined && <p class="hint">{t("loading")}</p>}
      {about && (
        <>
          <Profile api={api} customer={about.customer} onChange={onChange} />
          <Identities identities={about.customer.identities} onMerge={onMerge} />
          {about.customer.lastRequest && <LastRequest request={about.customer.lastRequest} onSelect={onSelect} />}
          <History api={api} about={about} openId={conversation.id} onSelect={onSelect} />
          <Tags
            tags={conversation.tags}
            canChange={props.canTag}
            onChange={(tags) => api.setTags(conversation.id, tags).then(onChange)}
          />
          <Merges api={api} merges={about.customer.merges} isAdmin={isAdmin} onChange={onChange} />
        </>
      )}
    </aside>
  );
}

interface ProfileProps {
  api: Api;
  customer: Customer;
  onChange: () => Promise<void>;
}

/** What is known of the customer, tier and purchases among it. */
function Profile({ api, customer, onChange }: ProfileProps) {
  const { t, languageName } = useWords();
  const [isEditing, setEditing] = useState(false);
  const facts = Object.entries(customer.attributes).map(([name, value]) => [name, String(value)] as const);
  if (customer.language) facts.unshift([t("customer.language"), languageName(customer.language)]);
  return (
    <section class="card">
      <header>
        <h3>{t("customer.profile")}</h3>
        <button type="button" class="quiet" onClick={() => setEditing(true)}>
          {t("customer.edit")}
        </button>
      </header>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name} class="fact">
            <dt>{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ))}
      </dl>
      {facts.length === 0 && <p class="hint">{t("customer.no-attributes")}</p>}
      {isEditing && (
        <Edit
          customer={customer}
          onSave={(change) => api.changeCustomer(customer.id, change).then(onChange)}
          onClose={() => setEditing(false)}
        />
      )}
    </section>
  );
}

function LastRequest({ request, onSelect }: { request: Conversation; onSelect: (id: string) => void }) {
  const { t, momentOf } = useWords();
  return (
    <section class="card">
      <h3>{t("customer.last-request")}</h3>
      <button type="button" class="option" onClick={() => onSelect(request.id)}>
        <span dir="auto">{request.subject || t("conversation.no-text")}</span>
        <span class="hint">{momentOf(request.openedAt)}</span>
      </button>
    </section>
  );
}
