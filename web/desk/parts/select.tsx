import { useWords } from "../words/words.tsx";

interface Props<Item> {
  name: string;
  title: string;
  value: string;
  /** undefined until they have been fetched */
  options: Item[] | undefined;
  label: (item: Item) => string;
  onChange: (value: string) => void;
}

/** A choice of one of a fetched list. */
export function Select<Item extends { id: string }>({ name, title, value, options, label, onChange }: Props<Item>) {
  const { t } = useWords();
  return (
    <label class="field">
      <span>{title}</span>
      <select name={name} value={value} required onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">{options ? t("select.choose") : t("loading")}</option>
        {options?.map((item) => (
          <option key={item.id} value={item.id}>
            {label(item)}
          </option>
        ))}
      </select>
    </label>
  );
}
