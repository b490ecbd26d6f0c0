import type { ComponentChildren } from "preact";
import { Problem } from "../api/problem.ts";
import type { Route } from "../api/types.ts";
import { explain, refusalOf } from "../words/refusals.ts";
import { useWords } from "../words/words.tsx";
import { Alternatives, textsOf, type WaysOut } from "./alternatives.tsx";
import { fewestMessages, type Size, tooLongFor } from "./what-fits.ts";

interface Props {
  /** why the last try did not succeed */
  error: unknown;
  /** absent for what stays inside */
  route: Route | undefined;
  /** names in the text that nothing stands for */
  missing: string[];
  text: string;
  ways: WaysOut;
}

/** What stands in the way of a text, before it is sent or after it was refused, and what can be done about it. */
export function Obstacle({ error, route, missing, text, ways }: Props) {
  const { t, list } = useWords();
  if (error instanceof Problem) {
    const names = refusedFiles(error);
    const affected = names.length > 0 ? [t("files.named", { names: list(names) })] : [];
    return (
      <Wall role="alert">
        <p>{t("composer.not-sent", { reason: [explain(error, t), ...affected].join(" ") })}</p>
        <Alternatives alternatives={error.alternatives} ways={ways} />
      </Wall>
    );
  }
  if (error !== undefined) {
    return (
      <Wall role="alert">
        <p>{t("composer.again", { reason: explain(error, t) })}</p>
      </Wall>
    );
  }
  if (missing.length > 0) {
    return (
      <Wall role="alert">
        <p>{t("canned.missing", { names: list(missing.map((name) => `{{${name}}}`)) })}</p>
      </Wall>
    );
  }
  if (!route) return null;
  const refusal = refusalOf(route, t);
  const most = tooLongFor(text, route.capabilities);
  if (refusal === undefined && most === undefined) return null;
  return (
    <Wall role="note">
      <p>{refusal ?? t("composer.too-long", { length: text.length, most: most ?? 0 })}</p>
      {refusal !== undefined && <Alternatives alternatives={route.canSend.alternatives ?? []} ways={ways} />}
    </Wall>
  );
}

/** @returns names of those that are to be removed, where that was why nothing went out */
export function refusedFiles(error: unknown): string[] {
  const alternatives = error instanceof Problem ? error.alternatives : [];
  return alternatives.flatMap(({ kind, names }) => (kind === "remove-files" ? textsOf(names) : []));
}

function Wall({ role, children }: { role: "alert" | "note"; children: ComponentChildren }) {
  return (
    <div class="banner is-bad" role={role}>
      {children}
    </div>
  );
}

/** Until when may be written freely, and as how many messages it goes out. */
export function Standing({ route, size }: { route: Route; size: Size }) {
  const { t, timeOf } = useWords();
  const { canSend, windowClosesAt, capabilities } = route;
  if (!canSend.ok) return null;
  const count = fewestMessages(size, capabilities);
  const facts = [
    windowClosesAt &&
      t(canSend.asHumanAgent ? "standing.human-agent" : "standing.until", { time: timeOf(windowClosesAt) }),
    count > 1 && t("standing.parts", { count }),
  ].filter(Boolean);
  return facts.length === 0 ? null : (
    <p class="hint standing" role="status">
      {facts.join(" ")}
    </p>
  );
}
