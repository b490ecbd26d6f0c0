import { render } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Desk } from "./desk.tsx";
import { SingleKeys } from "./parts/shortcuts.ts";
import { applyPreferences, keepPreferences, localeOf, readPreferences, type Preferences } from "./preferences.ts";
import { signIn, SignInRefused, type Session } from "./session.ts";
import { learn } from "./words/learn.ts";
import { explain } from "./words/refusals.ts";
import { type Words, wordsIn, WordsContext } from "./words/words.tsx";

const place = document.getElementById("desk")!;
const storage = (): Storage => localStorage;
const chosen = readPreferences(navigator.languages, storage);
applyPreferences(chosen, document.documentElement);

const inWordsOf = ({ language }: Preferences): Words => wordsIn(language, localeOf(language, navigator.languages));

/** The desk in the agent's language and colours. */
function Page({ session }: { session: Session }) {
  const [preferences, setPreferences] = useState(chosen);
  const words = useMemo(() => inWordsOf(preferences), [preferences.language]);
  useEffect(() => applyPreferences(preferences, document.documentElement), [preferences]);
  const change = (some: Partial<Preferences>): void => {
    const changed = { ...preferences, ...some };
    const settle = (): void => {
      setPreferences(changed);
      keepPreferences(changed, storage);
    };
    // Where the words do not come, the desk goes on in those that it has, and the choice shows that.
    learn(changed.language).then(settle, () => setPreferences({ ...preferences }));
  };
  return (
    <WordsContext.Provider value={words}>
      <SingleKeys.Provider value={preferences.singleKeys}>
        <Desk session={session} preferences={preferences} onPreferences={change} />
      </SingleKeys.Provider>
    </WordsContext.Provider>
  );
}

try {
  const [session] = await Promise.all([signIn(), learn(chosen.language)]);
  if (session) {
    place.replaceChildren();
    render(<Page session={session} />, place);
  }
} catch (error) {
  const { t } = inWordsOf(chosen);
  const reason = error instanceof SignInRefused ? t("sign-in.refused", { reason: error.message }) : explain(error, t);
  place.replaceChildren();
  render(
    <div class="notice" role="alert">
      <p>{reason}</p>
      <p>
        <a href="/desk">{t("sign-in.again")}</a>
      </p>
    </div>,
    place,
  );
}
