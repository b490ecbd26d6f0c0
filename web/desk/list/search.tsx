import { useEffect, useRef, useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Found } from "../api/types.ts";
import { Failure } from "../parts/failure.tsx";
import { rove } from "../parts/roving.ts";
import { useWords } from "../words/words.tsx";
import { Line } from "./line.tsx";

/** Somebody who still types has not asked yet. */
const restMs = 250;

interface Result {
  query: string;
  page?: Found;
  failure?: unknown;
}

/** Asks once the typing rests; the answer to an earlier question is dropped. */
function useSearch(api: Api, query: string): Result | undefined {
  const [result, setResult] = useState<Result>();
  useEffect(() => {
    let isCurrent = true;
    const asked = query.trim();
    if (asked === "") return setResult(undefined);
    const keep = (answer: Omit<Result, "query">): void => {
      if (isCurrent) setResult({ query: asked, ...answer });
    };
    const timer = setTimeout(() => {
      api.search(asked).then(
        (page) => keep({ page }),
        (failure: unknown) => keep({ failure }),
      );
    }, restMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [api, query]);
  return result;
}

interface Props {
  api: Api;
  query: string;
  selectedId: string | undefined;
  onQuery: (query: string) => void;
  onSelect: (id: string) => void;
}

/** The field, and below it what was found in place of the list. */
export function Search({ api, query, selectedId, onQuery, onSelect }: Props) {
  const { t } = useWords();
  const result = useSearch(api, query);
  const place = useRef<HTMLElement>(null);
  return (
    <search ref={place}>
      <input
        type="search"
        name="search"
        class="search-field"
        value={query}
        aria-label={t("search.label")}
        placeholder={t("search.placeholder")}
        aria-keyshortcuts="/"
        onInput={(event) => onQuery(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onQuery("");
          if (event.key === "ArrowDown") place.current?.querySelector<HTMLElement>("[data-roving]")?.focus();
        }}
      />
      {query.trim() !== "" && <Results result={result} selectedId={selectedId} onSelect={onSelect} />}
    </search>
  );
}

function Results({
  result,
  selectedId,
  onSelect,
}: { result: Result | undefined } & Pick<Props, "selectedId" | "onSelect">) {
  const { t } = useWords();
  const { page, failure } = result ?? {};
  return (
    <section class="results" aria-label={t("search.results")}>
      <Failure error={failure} />
      <p class="hint" role="status">
        {page
          ? `${t("search.found", { count: page.items.length })} ${t("search.scope", { count: page.searched })}`
          : !failure && t("search.searching")}
      </p>
      <ul onKeyDown={rove}>
        {page?.items.map(({ conversation, excerpt }, position) => (
          <Line
            key={conversation.id}
            conversation={conversation}
            isSelected={conversation.id === selectedId}
            isStop={position === 0}
            excerpt={excerpt}
            onSelect={onSelect}
          />
        ))}
      </ul>
    </section>
  );
}
