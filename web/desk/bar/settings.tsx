import { Dialog } from "../parts/dialog.tsx";
import { themes, type Preferences, type Theme } from "../preferences.ts";
import { languageChoices, type Language } from "../words/dictionary.ts";
import { useWords } from "../words/words.tsx";

interface Props {
  preferences: Preferences;
  onChange: (change: Partial<Preferences>) => void;
  onClose: () => void;
}

/** How the desk looks and speaks on this machine. */
export function Settings({ preferences, onChange, onClose }: Props) {
  const { t } = useWords();
  return (
    <Dialog title={t("settings.title")} onClose={onClose}>
      <label class="field">
        <span>{t("settings.language")}</span>
        <select
          name="language"
          value={preferences.language}
          onChange={(event) => onChange({ language: event.currentTarget.value as Language })}
        >
          {languageChoices.map(([language, name]) => (
            <option key={language} value={language} lang={language}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{t("settings.theme")}</span>
        <select
          name="theme"
          value={preferences.theme}
          onChange={(event) => onChange({ theme: event.currentTarget.value as Theme })}
        >
          {themes.map((theme) => (
            <option key={theme} value={theme}>
              {t(`settings.theme-${theme}`)}
            </option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          name="single-keys"
          checked={preferences.singleKeys}
          onChange={(event) => onChange({ singleKeys: event.currentTarget.checked })}
        />
        <span>{t("settings.single-keys")}</span>
      </label>
    </Dialog>
  );
}
