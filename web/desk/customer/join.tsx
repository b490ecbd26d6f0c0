import { useEffect, useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Customer } from "../api/types.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Failure } from "../parts/failure.tsx";
import { useWork } from "../parts/use-work.ts";
import { useWords } from "../words/words.tsx";
import { JoinPreview } from "./join-preview.tsx";
import { candidatesFor } from "./candidates.ts";
import { addressName } from "../words/addresses.ts";

interface Props {
  api: Api;
  customer: Customer;
  /** the customer of this conversation is proposed */
  relatedId?: string;
  onJoined: () => Promise<void>;
  onClose: () => void;
}

/** Finds the customer who is the same person, shows what comes together, and joins the two. */
export function Join({ api, customer, relatedId, onJoined, onClose }: Props) {
  const { t } = useWords();
  const [query, setQuery] = useState("");
  const [candidates, setCandidates] = useState<Customer[]>();
  const [chosen, setChosen] = useState<Customer>();
  const search = useWork();
  const join = useWork(onClose);
  const find = (): Promise<void> =>
    search.run(async () => {
      setChosen(undefined);
      setCandidates(await candidatesFor(query.trim(), customer, api));
    });
  useEffect(() => {
    if (relatedId === undefined) return;
    void search.run(async () => {
      const related = await api.customer((await api.conversation(relatedId)).customerId);
      if (related.id !== customer.id) setChosen(related);
    });
  }, [relatedId]);

  return (
    <Dialog title={t("join.title", { name: customer.name ?? t("customer.unnamed") })} onClose={onClose}>
      <form
        class="inline-form"
        onSubmit={(event) => {
          event.preventDefault();
          void find();
        }}
      >
        <label class="field">
          <span>{t("join.search")}</span>
          <input
            type="search"
            name="join"
            required
            value={query}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={search.isBusy}>
          {t("join.find")}
        </button>
      </form>
      <Failure error={search.failure ?? join.failure} />
      {chosen ? (
        <JoinPreview
          key={chosen.id}
          api={api}
          customer={customer}
          other={chosen}
          isBusy={join.isBusy}
          onJoin={() => void join.run(() => api.merge(customer.id, chosen.id).then(onJoined))}
        />
      ) : (
        candidates && <Candidates candidates={candidates} onChoose={setChosen} />
      )}
    </Dialog>
  );
}

function Candidates({ candidates, onChoose }: { candidates: Customer[]; onChoose: (customer: Customer) => void }) {
  const { t } = useWords();
  if (candidates.length === 0) return <p class="hint">{t("join.none")}</p>;
  return (
    <ul class="options">
      {candidates.map((candidate) => (
        <li key={candidate.id}>
          <button type="button" class="option" onClick={() => onChoose(candidate)}>
            <b>{candidate.name ?? t("customer.unnamed")}</b>
            <span class="hint">{candidate.identities.map((identity) => addressName(identity, t)).join(", ")}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
