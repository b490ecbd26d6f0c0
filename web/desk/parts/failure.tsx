import { explain } from "../words/refusals.ts";
import { useWords } from "../words/words.tsx";

/** What went wrong, where something did. */
export function Failure({ error }: { error: unknown }) {
  const { t } = useWords();
  if (error === undefined) return null;
  return (
    <p class="failure" role="alert">
      {explain(error, t)}
    </p>
  );
}
