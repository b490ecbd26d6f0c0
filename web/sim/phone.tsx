import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { received, sendText, type ReceivedText } from "./carrier.ts";
import type { SentText } from "./memory.ts";

const refreshMs = 1_000;

const examples = [
  "Hello, could you please send me my invoice again?",
  "Guten Tag, mein Gerät geht nicht mehr. Können Sie mir bitte helfen?",
  "你好，我想知道我的包裹什么时候能到？",
];

interface Props {
  /** this phone's number */
  own: string;
  /** the numbers that it can text */
  numbers: string[];
  sent: SentText[];
  onSent: (text: SentText) => void;
}

/** One customer's phone, with a thread for each number that it texts. */
export function Phone({ own, numbers, sent, onSent }: Props) {
  const [number, setNumber] = useState(numbers[0] ?? "");
  const { texts, problem } = useReceived(own);
  const thread = [
    ...sent.filter((text) => text.from === own && text.to === number).map((text) => ({ ...text, isOwn: true })),
    ...texts.filter((text) => text.from === number).map((text) => ({ ...text, isOwn: false })),
  ].toSorted((one, other) => one.at.localeCompare(other.at));
  const fromNumber = (each: string): number => texts.filter(({ from }) => from === each).length;

  return (
    <main class="phone" aria-label={`Phone ${own}`}>
      <header>
        <p class="own">{own}</p>
        <label>
          texts with
          <select name="number" value={number} onChange={(event) => setNumber(event.currentTarget.value)}>
            {numbers.map((each) => (
              <option key={each} value={each}>
                {each} ({fromNumber(each)} received)
              </option>
            ))}
          </select>
        </label>
      </header>
      <Texts thread={thread} />
      {problem && (
        <p class="failure" role="alert">
          {problem}
        </p>
      )}
      <Writing key={number} own={own} number={number} isFirst={thread.length === 0} onSent={onSent} />
    </main>
  );
}

/** What this phone received, asked for again every second. */
function useReceived(own: string): { texts: ReceivedText[]; problem: string } {
  const [texts, setTexts] = useState<ReceivedText[]>([]);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async (): Promise<void> => {
      try {
        const found = await received(own);
        if (ended) return;
        setTexts(found);
        setProblem("");
      } catch {
        if (!ended) setProblem("The router can't be reached. Is npm start still running?");
      }
      if (!ended) timer = setTimeout(() => void poll(), refreshMs);
    };
    void poll();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [own]);
  return { texts, problem };
}

function Texts({ thread }: { thread: { text: string; at: string; isOwn: boolean }[] }) {
  const log = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    log.current!.scrollTop = log.current!.scrollHeight;
  }, [thread.length]);
  return (
    <div class="texts" role="log" aria-label="Texts" tabIndex={0} ref={log}>
      <ol>
        {thread.map(({ text, isOwn }, position) => (
          <li key={position} class={isOwn ? "is-own" : "is-theirs"} dir="auto">
            <span class="hidden">{isOwn ? "Sent: " : "Received: "}</span>
            {text}
          </li>
        ))}
      </ol>
    </div>
  );
}

interface WritingProps {
  own: string;
  number: string;
  isFirst: boolean;
  onSent: (text: SentText) => void;
}

function Writing({ own, number, isFirst, onSent }: WritingProps) {
  const [draft, setDraft] = useState("");
  const [failure, setFailure] = useState("");
  const isSending = useRef(false);

  const send = async (text: string) => {
    if (isSending.current || text === "") return;
    isSending.current = true;
    setFailure("");
    try {
      onSent(await sendText(own, number, text));
      setDraft("");
    } catch (error) {
      setFailure(`Not sent. ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      isSending.current = false;
    }
  };

  return (
    <>
      {isFirst && (
        <div class="examples" role="group" aria-label="Examples">
          <p>Nothing yet. Write below, or send one of these:</p>
          {examples.map((text) => (
            <button key={text} type="button" class="quiet" onClick={() => void send(text)}>
              {text}
            </button>
          ))}
          <p>STOP ends messages from this number, START allows them again.</p>
        </div>
      )}
      {failure && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send(draft);
        }}
      >
        <input
          name="text"
          value={draft}
          dir="auto"
          autocomplete="off"
          placeholder="Text message"
          aria-label="Text message"
          onInput={(event) => setDraft(event.currentTarget.value)}
        />
        <button type="submit" disabled={!draft}>
          Send
        </button>
      </form>
    </>
  );
}
