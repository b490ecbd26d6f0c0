import { useWords } from "../words/words.tsx";
import type { ComposerProps } from "./composer-props.ts";
import type { DraftKind } from "./drafts.ts";
import { Field } from "./field.tsx";
import { Moved, RouteChoice } from "./route-choice.tsx";
import { useDestination } from "./use-destination.ts";

/** Writes replies and notes, each in a field of its own. */
export function Composer(props: ComposerProps) {
  const { canReply, routes, onKind } = props;
  const { t } = useWords();
  const kind = canReply ? props.kind : "note";
  const { route, newer, hasMoved, choose } = useDestination(props);
  return (
    <section class={`composer is-${kind}`} aria-label={t("composer.title")}>
      {canReply ? (
        <div class="composer-head">
          <div class="choices" role="group" aria-label={t("composer.kind")}>
            <Kind kind="reply" chosen={kind} onChoose={onKind} />
            <Kind kind="note" chosen={kind} onChoose={onKind} />
          </div>
          {kind === "reply" && route && <RouteChoice routes={routes} chosen={route} onChoose={choose} />}
        </div>
      ) : (
        <p class="hint">{t("composer.not-held", { holding: props.holding })}</p>
      )}
      {kind === "reply" && <Moved route={hasMoved ? route : undefined} />}
      <Field
        {...props}
        key={kind}
        kind={kind}
        route={kind === "note" ? undefined : route}
        newer={newer}
        onRoute={choose}
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
