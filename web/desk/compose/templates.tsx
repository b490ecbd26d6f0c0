import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Template, Written } from "../api/types.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Failure } from "../parts/failure.tsx";
import { rove, rovingIndex } from "../parts/roving.ts";
import { useFetched } from "../parts/use-fetched.ts";
import { useWork } from "../parts/use-work.ts";
import { useWords } from "../words/words.tsx";
import { languagesFor, readsAs } from "./template-text.ts";

export interface TemplatesProps {
  api: Api;
  /** from which inbox it would go out */
  inboxId: string;
  /** the customer's: a text in it is preferred */
  language: string;
  /** the only ones that can go out; absent: all of the inbox */
  templateIds: string[] | undefined;
  /** @param key another one for another message */
  onSend: (template: NonNullable<Written["template"]>, key: string) => Promise<unknown>;
  onClose: () => void;
}

/** Messages that the provider has approved: one is chosen, its gaps are filled in, and it goes out as it reads. */
export function Templates({ api, inboxId, language, templateIds, onSend, onClose }: TemplatesProps) {
  const { t } = useWords();
  const { found, failure } = useFetched(() => api.templates(inboxId));
  const [chosen, setChosen] = useState<Template>();
  const shown = (found ?? []).filter(({ id }) => templateIds?.includes(id) ?? true);
  return (
    <Dialog title={t("templates.title")} onClose={onClose}>
      <Failure error={failure} />
      {chosen ? (
        <Filling
          template={chosen}
          language={language}
          onSend={onSend}
          onSent={onClose}
          onBack={() => setChosen(undefined)}
        />
      ) : (
        <ul class="options" onKeyDown={rove}>
          {shown.map((template, position) => (
            <li key={template.id}>
              <button type="button" class="option" onClick={() => setChosen(template)} {...rovingIndex(position === 0)}>
                <b>{template.title}</b>
                <span class="option-text" dir="auto">
                  {readsAs(template.texts[languagesFor(template, language)[0]!]?.body ?? "", [], template.parameters)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {shown.length === 0 && !failure && <p class="hint">{t(found ? "templates.none" : "loading")}</p>}
    </Dialog>
  );
}

interface FillingProps extends Pick<TemplatesProps, "language" | "onSend"> {
  template: Template;
  onSent: () => void;
  onBack: () => void;
}

function Filling({ template, language, onSend, onSent, onBack }: FillingProps) {
  const { t, languageName } = useWords();
  const languages = languagesFor(template, language);
  const [written, setWritten] = useState(languages[0] ?? "");
  const [parameters, setParameters] = useState(template.parameters.map(() => ""));
  const { isBusy, failure, run } = useWork(onSent);
  const key = useMemo(() => crypto.randomUUID(), [written, parameters]);
  const isComplete = parameters.every((each) => each.trim() !== "");
  const form = useRef<HTMLFormElement>(null);
  // The button that led here is gone.
  useLayoutEffect(() => form.current?.querySelector<HTMLElement>("input, [type=submit]:enabled")?.focus(), []);
  return (
    <form
      ref={form}
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void run(() => onSend({ id: template.id, language: written, parameters }, key));
      }}
    >
      <h3>{template.title}</h3>
      {languages.length > 1 && (
        <label class="field">
          <span>{t("templates.language")}</span>
          <select name="template-language" value={written} onChange={(event) => setWritten(event.currentTarget.value)}>
            {languages.map((each) => (
              <option key={each} value={each}>
                {languageName(each)}
              </option>
            ))}
          </select>
        </label>
      )}
      {template.parameters.map((name, position) => (
        <Gap
          key={position}
          name={name}
          value={parameters[position]!}
          onChange={(value) => setParameters(parameters.with(position, value))}
        />
      ))}
      <figure class="template-preview">
        <figcaption class="hint">{t("templates.preview")}</figcaption>
        <p lang={written} dir="auto">
          {readsAs(template.texts[written]?.body ?? "", parameters, template.parameters)}
        </p>
      </figure>
      <Failure error={failure} />
      <div class="actions">
        <button type="button" class="quiet" onClick={onBack}>
          {t("templates.back")}
        </button>
        <button type="submit" disabled={isBusy || !isComplete}>
          {t("templates.send")}
        </button>
      </div>
    </form>
  );
}

const maxParameterCharacters = 1_000;

interface GapProps {
  name: string;
  value: string;
  onChange: (value: string) => void;
}

function Gap({ name, value, onChange }: GapProps) {
  return (
    <label class="field">
      <span>{name}</span>
      <input
        required
        dir="auto"
        maxLength={maxParameterCharacters}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
}
