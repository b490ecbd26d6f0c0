import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Failure } from "./failure.tsx";
import type { SentText } from "./memory.ts";
import { sendText } from "./router-side.ts";
import { useReceived } from "./use-received.ts";
import { useSending } from "./use-sending.ts";

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

/** A customer's phone, with a thread for each number that it texts. */
export function Phone({ own, numbers, sent, onSent }: Props) {
  const [number, setNumber] = useState(numbers[0] ?? "");
  const { items, problem } = useReceived("sms", own);
  const thread = [
    ...sent.filter((text) => text.from === own && text.to === number).map((text) => ({ ...text, isOwn: true })),
    ...items.filter((text) => text.from === number).map((text) => ({ ...text, isOwn: false })),
  ].toSorted((one, other) => one.at.localeCompare(other.at));
  const fromNumber = (each: string): number => items.filter(({ from }) => from === each).length;

  return (
    <section class="device phone" aria-label={`Phone ${own}`}>
      <header>
        <h2>Phone</h2>
        <p>{own}</p>
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
      <Failure text={problem} />
      <Writing key={number} own={own} number={number} isFirst={thread.length === 0} onSent={onSent} />
    </section>
  );
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
  const { failure, send } = useSending();
  const sendOff = (text: string) =>
    send(async () => {
      if (text === "") return;
      onSent(await sendText(own, number, text));
      setDraft("");
    });

  return (
    <>
      {isFirst && (
        <div class="examples" role="group" aria-label="Examples">
          <p>Nothing yet. Write below, or send one of these:</p>
          {examples.map((text) => (
            <button key={text} type="button" class="quiet" onClick={() => void sendOff(text)}>
              {text}
            </button>
          ))}
          <p>STOP ends messages from this number, START allows them again.</p>
        </div>
      )}
      <Failure text={failure} />
      <form
        class="line"
        onSubmit={(event) => {
          event.preventDefault();
          void sendOff(draft);
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
