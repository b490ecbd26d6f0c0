import type { Alternative } from "../api/problem.ts";
import { routeName } from "../words/addresses.ts";
import { adviceOf } from "../words/refusals.ts";
import { useWords } from "../words/words.tsx";

/** What can be done about a refusal here and now; absent what can't. */
export interface WaysOut {
  /** @param templateIds the only ones that can go out */
  onTemplate?: (templateIds: string[]) => void;
  onRoute?: (identityId: string) => void;
  /** sets the conversation aside until then */
  onWait?: (until: string) => void;
  /** @param names of those that can't go out */
  onWithoutFiles?: (names: string[]) => void;
  onWithoutAnswers?: () => void;
}

/** What could be done in place of what was refused: a button where it is done here, else who can do what. */
export function Alternatives({ alternatives, ways }: { alternatives: Alternative[]; ways: WaysOut }) {
  const words = useWords();
  const advice = alternatives.flatMap((each) => adviceOf(each, words) ?? []);
  const buttons = alternatives.map((each) => <WayButton key={JSON.stringify(each)} alternative={each} ways={ways} />);
  return (
    <>
      {advice.length > 0 && <p class="advice">{advice.join(" ")}</p>}
      <div class="actions ways">{buttons}</div>
    </>
  );
}

function WayButton({ alternative, ways }: { alternative: Alternative; ways: WaysOut }) {
  const { t, momentOf } = useWords();
  const way = wayOf(alternative, ways);
  if (!way) return null;
  const label = {
    template: () => t("way.template"),
    route: ({ channel, address }: Alternative) =>
      t("way.other-channel", { name: routeName({ channel: String(channel), address: String(address) }, t) }),
    wait: ({ at }: Alternative) => t("way.wait-until", { time: momentOf(String(at)) }),
    files: () => t("way.remove-files"),
    answers: () => t("way.remove-answers"),
  }[way.kind](alternative);
  return (
    <button type="button" class="quiet" onClick={way.go}>
      {label}
    </button>
  );
}

interface Way {
  kind: "template" | "route" | "wait" | "files" | "answers";
  go: () => void;
}

/** @returns undefined for what is no matter of a button here */
export function wayOf(alternative: Alternative, ways: WaysOut): Way | undefined {
  const { kind, templateIds, identityId, at, names } = alternative;
  const { onTemplate, onRoute, onWait, onWithoutFiles, onWithoutAnswers } = ways;
  if (kind === "template" && onTemplate) return { kind: "template", go: () => onTemplate(textsOf(templateIds)) };
  if (kind === "other-channel" && onRoute && typeof identityId === "string")
    return { kind: "route", go: () => onRoute(identityId) };
  if (kind === "wait-until" && onWait && typeof at === "string") return { kind: "wait", go: () => onWait(at) };
  if (kind === "remove-files" && onWithoutFiles) return { kind: "files", go: () => onWithoutFiles(textsOf(names)) };
  if (kind === "remove-quick-replies" && onWithoutAnswers) return { kind: "answers", go: onWithoutAnswers };
  return undefined;
}

/** What the router lists, as texts. */
export const textsOf = (list: unknown): string[] => (Array.isArray(list) ? list.map(String) : []);
