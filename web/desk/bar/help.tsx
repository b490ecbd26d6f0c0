import { Dialog } from "../parts/dialog.tsx";
import { shortcuts } from "../parts/shortcuts.ts";
import { useWords } from "../words/words.tsx";

/** What keys do. @param props.isOn whether keys without Ctrl or Alt do anything */
export function Help({ isOn, onClose }: { isOn: boolean; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Dialog title={t("help.title")} onClose={onClose}>
      {!isOn && <p class="hint">{t("help.off")}</p>}
      <dl class="keys">
        {shortcuts.map(({ name, key }) => (
          <div key={name}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`help.${name}`)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>↑</kbd> <kbd>↓</kbd>
          </dt>
          <dd>{t("help.arrows")}</dd>
        </div>
        <div>
          <dt>
            <kbd>Ctrl</kbd> <kbd>Enter</kbd>
          </dt>
          <dd>{t("help.send")}</dd>
        </div>
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>{t("help.escape")}</dd>
        </div>
      </dl>
    </Dialog>
  );
}
