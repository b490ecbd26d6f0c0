import { useState } from "preact/hooks";
import { useWords } from "../words/words.tsx";
import type { ComposerProps } from "./composer-props.ts";
import type { DraftKind } from "./drafts.ts";
import { Field } from "./field.tsx";
import { RouteChoice } from "./route-choice.tsx";

/** Writes replies and notes, each in a field of its own. */
export function Composer(props: ComposerProps) {
  const { canReply, routes, onKind } = props;
  const { t } = useWords();
  const kind = canReply ? props.kind : "note";
  const [chosenId, setChosenId] = useState<string>();
  const lastUsed = routes.find(({ isLastUsed }) => isLastUsed);
  const route = routes.find(({ identityId }) => identityId === chosenId) ?? lastUsed ?? routes[0];
  return (
    <section class={`composer is-${kind}`} aria-label={t("composer.title")}>
      {canReply ? (
        <div class="composer-head">
          <div class="choices" role="group" aria-label={t("composer.kind")}>
            <Kind kind="reply" chosen={kind} onChoose={onKind} />
            <Kind kind="note" chosen={kind} onChoose={onKind} />
          </div>
          {kind === "reply" && route && <RouteChoice routes={routes} chosen={route} onChoose={setChosenId} />}
        </div>
      ) : (
        <p class="hint">{t("composer.not-held", { holding: props.holding })}</p>
      )}
      <Field
        {...props}
        key={kind}
        kind={kind}
        route={kind === "note" ? undefined : route}
        identityId={route?.identityId === chosenId || route !== lastUsed ? route?.identityId : undefined}
        onRoute={setChosenId}
      />
    </section>
  );
}

const kindNames = { reply: "composer.reply", note: "composer.note" } as const;

interface KindProps {
  kind: DraftKind;
  chosen: DraftKind;
  onChoose: (kind: DraftKind) => void;
}

function Kind({ kind, chosen, onChoose }: KindProps) {
  const { t } = useWords();
  return (
    <button type="button" class="choice" aria-pressed={kind === chosen} onClick={() => onChoose(kind)}>
      {t(kindNames[kind])}
    </button>
  );
}
