import { useState } from "preact/hooks";
import { addressOn, type Inbox } from "./apps.ts";
import { act, type Change, type Doing } from "./doing.ts";
import { Failure } from "./failure.tsx";
import type { Memory, Person } from "./memory.ts";
import { scannedPage } from "./pictures.ts";
import { ReceivedFile } from "./received-file.tsx";
import type { Received } from "./router-side.ts";
import { threadOf, type Entry } from "./thread.ts";
import { useSending } from "./use-sending.ts";

type Kind = "visit" | "letter";

const words: Record<Kind, { field: string; file: string }> = {
  visit: { field: "What they say", file: "File the visit" },
  letter: { field: "What they write", file: "File the letter" },
};

interface Props {
  person: Person;
  inbox: Inbox;
  items: Received[];
  memory: Memory;
  change: (what: Change) => void;
}

/** The business's own counter and post room: what people say or write there is filed for them. */
export function Counter({ person, inbox, items, memory, change }: Props) {
  const [kind, setKind] = useState<Kind>("visit");
  const [text, setText] = useState("");
  const { failure, send } = useSending();
  const filed = async (): Promise<Doing> =>
    kind === "visit" ? { subject: "Visit at the counter", text } : { subject: "Letter", file: await scannedPage(text) };
  const submit = () =>
    send(async () => {
      change(await act(await filed(), person, inbox));
      setText("");
    });
  const { field, file } = words[kind];

  return (
    <section class="device counter" aria-label={`Counter and post for ${person.name}`}>
      <header>
        <h2>Counter &amp; post</h2>
        <p>{addressOn("custom", person)}</p>
      </header>
      <form
        class="writing"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label>
          {person.name} brings
          <select name="kind" value={kind} onChange={(event) => setKind(event.currentTarget.value as Kind)}>
            <option value="visit">a question, at the counter</option>
            <option value="letter">a letter, to be scanned</option>
          </select>
        </label>
        <textarea
          name="filed"
          rows={2}
          value={text}
          dir="auto"
          placeholder={field}
          aria-label={field}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <Failure text={failure} />
        <button type="submit" disabled={text.trim() === ""}>
          {file}
        </button>
      </form>
      <Filed thread={threadOf(inbox, person, memory, items)} />
    </section>
  );
}

const Filed = ({ thread }: { thread: Entry[] }) => (
  <ol class="filed" aria-label="Counter and post">
    {thread.map((entry) => (
      <li key={entry.providerId} dir="auto">
        <strong>{entry.isOwn ? "Filed" : "Answer"}</strong> {entry.text || entry.file?.name}
        {entry.media.map((file) => (
          <ReceivedFile key={file.url} {...file} />
        ))}
      </li>
    ))}
  </ol>
);
