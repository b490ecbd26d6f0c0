import type { Queue } from "../api/types.ts";
import { rove, rovingIndex } from "../parts/roving.ts";
import { useWords } from "../words/words.tsx";

interface Props {
  queues: Queue[];
  isOpen: boolean;
  chosenId: string | undefined;
  onChoose: (id: string | undefined) => void;
}

/** How much waits in each queue and for how long; choosing one lists it alone. */
export function Queues({ queues, isOpen, chosenId, onChoose }: Props) {
  const { t, lengthOf } = useWords();
  const depth = queues.reduce((sum, queue) => sum + queue.depth, 0);
  const oldestAgeMs = Math.max(0, ...queues.map((queue) => queue.oldestAgeMs));
  const stop = chosenId ?? queues[0]?.id;
  return (
    <details class="queues" open={isOpen}>
      <summary>
        <h2>{t("queues.title")}</h2>
        <span class="hint">
          {t("queues.waiting", { count: depth })}
          {depth > 0 && ` · ${t("queues.oldest", { length: lengthOf(oldestAgeMs) })}`}
        </span>
      </summary>
      <ul onKeyDown={rove}>
        {queues.map((queue) => (
          <li key={queue.id}>
            <button
              type="button"
              class="queue"
              aria-pressed={queue.id === chosenId}
              onClick={() => onChoose(queue.id === chosenId ? undefined : queue.id)}
              {...rovingIndex(queue.id === stop)}
            >
              <span class="queue-name">{queue.id}</span>
              <span class="queue-depth">{t("queues.waiting", { count: queue.depth })}</span>
              <span class="queue-facts">
                {queue.depth > 0 && `${t("queues.oldest", { length: lengthOf(queue.oldestAgeMs) })} · `}
                {t("queues.agents", { count: queue.agentsAvailable })}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
