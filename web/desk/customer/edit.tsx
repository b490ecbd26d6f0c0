import { useState } from "preact/hooks";
import type { Customer, CustomerChange } from "../api/types.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Failure } from "../parts/failure.tsx";
import { useWork } from "../parts/use-work.ts";
import { useWords } from "../words/words.tsx";
import { changeOf, rowsOf, type Row } from "./rows.ts";

interface Props {
  customer: Customer;
  onSave: (change: CustomerChange) => Promise<unknown>;
  onClose: () => void;
}

/** Name, language and free attributes. What is not changed is not sent, so that nobody's newer value is undone. */
export function Edit({ customer, onSave, onClose }: Props) {
  const { t } = useWords();
  const [name, setName] = useState(customer.name ?? "");
  const [language, setLanguage] = useState(customer.language ?? "");
  const [rows, setRows] = useState<Row[]>(rowsOf(customer.attributes));
  const { isBusy, failure, run } = useWork(onClose);
  const setRow = (position: number, change: Partial<Row>): void =>
    setRows(rows.map((row, at) => (at === position ? { ...row, ...change } : row)));
  return (
    <Dialog title={t("customer.edit-title")} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void run(() => onSave(changeOf(customer, { name, language, rows })));
        }}
      >
        <label class="field">
          <span>{t("customer.name")}</span>
          <input name="name" value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span>{t("customer.language-code")}</span>
          <input
            name="language"
            value={language}
            pattern="[a-z]{2,3}"
            onInput={(event) => setLanguage(event.currentTarget.value)}
          />
        </label>
        <fieldset>
          <legend>{t("customer.attributes")}</legend>
          {rows.map((row, position) => (
            <AttributeRow key={position} row={row} onChange={(change) => setRow(position, change)} />
          ))}
          <button type="button" class="quiet" onClick={() => setRows([...rows, { name: "", value: "" }])}>
            {t("customer.add-attribute")}
          </button>
        </fieldset>
        <Failure error={failure} />
        <button type="submit" disabled={isBusy}>
          {t("customer.save")}
        </button>
      </form>
    </Dialog>
  );
}

function AttributeRow({ row, onChange }: { row: Row; onChange: (change: Partial<Row>) => void }) {
  const { t } = useWords();
  return (
    <div class="attribute-row">
      <input
        aria-label={t("customer.attribute-name")}
        value={row.name}
        onInput={(event) => onChange({ name: event.currentTarget.value })}
      />
      <input
        aria-label={t("customer.attribute-value", { name: row.name })}
        value={row.value}
        onInput={(event) => onChange({ value: event.currentTarget.value })}
      />
    </div>
  );
}
