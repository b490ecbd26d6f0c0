import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { abilitiesOf, inboxLabel, messageName, threadKey, type App, type Inbox } from "./apps.ts";
import { Composer, type About } from "./composer.tsx";
import { act, type Change, type Doing } from "./doing.ts";
import { EntryView } from "./entry.tsx";
import { Failure } from "./failure.tsx";
import type { Memory, Person } from "./memory.ts";
import type { Received } from "./router-side.ts";
import { receivedFrom, threadOf, unseenIn, type Entry } from "./thread.ts";
import { useSending } from "./use-sending.ts";

const examples = [
  "Hello, could you please send me my invoice again?",
  "Guten Tag, mein Gerät geht nicht mehr. Können Sie mir bitte helfen?",
  "你好，我想知道我的包裹什么时候能到？",
];

interface Props {
  app: App;
  person: Person;
  items: Received[];
  memory: Memory;
  change: (what: Change) => void;
}

/** One app, with a thread for each of the business's inboxes there. */
export function AppView({ app, person, items, memory, change }: Props) {
  const [inboxId, setInboxId] = useState(app.inboxes[0]!.id);
  const inbox = app.inboxes.find(({ id }) => id === inboxId)!;
  const [about, setAbout] = useState<About>();
  const { failure, send } = useSending();
  const perform = (doing: Doing): Promise<boolean> => send(async () => change(await act(doing, person, inbox)));
  const thread = threadOf(inbox, person, memory, items);
  const lastReceived = receivedFrom(inbox, items).at(-1)?.providerId;
  const key = threadKey(inbox, person);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    if (lastReceived === undefined || memory.seen[key] === lastReceived) return;
    change(({ seen }) => ({ seen: { ...seen, [key]: lastReceived } }));
    if (!abilitiesOf(inbox).marksRead) return;
    act({ reads: true }, person, inbox).catch((error: Error) => setProblem(`Not told as read. ${error.message}`));
  }, [lastReceived, key]);

  return (
    <>
      <InboxChoice
        inboxes={app.inboxes}
        inbox={inbox}
        unseen={(each) => unseenIn([each], person, memory, items)}
        onChoose={setInboxId}
      />
      <Thread title={app.title} thread={thread} inbox={inbox} onDo={perform} onAbout={setAbout} />
      {thread.length === 0 && <Examples app={app} onSend={(text) => void perform({ text })} />}
      <Failure text={failure || problem} />
      <Composer
        key={`${inbox.id} ${about?.kind} ${about?.entry.providerId}`}
        name={messageName(app)}
        inbox={inbox}
        about={about}
        onLeave={() => setAbout(undefined)}
        onDo={async (doing) => {
          const isDone = await perform(doing);
          if (isDone) setAbout(undefined);
          return isDone;
        }}
      />
    </>
  );
}

interface ChoiceProps {
  inboxes: Inbox[];
  inbox: Inbox;
  unseen: (inbox: Inbox) => number;
  onChoose: (id: string) => void;
}

function InboxChoice({ inboxes, inbox, unseen, onChoose }: ChoiceProps) {
  if (inboxes.length === 1) return <p class="envelope">The business writes as {inboxLabel(inbox)}</p>;
  return (
    <label>
      The business writes as
      <select name="number" value={inbox.id} onChange={(event) => onChoose(event.currentTarget.value)}>
        {inboxes.map((each) => (
          <option key={each.id} value={each.id}>
            {inboxLabel(each)}
            {each !== inbox && unseen(each) > 0 && ` (${unseen(each)} new)`}
          </option>
        ))}
      </select>
    </label>
  );
}

interface ThreadProps {
  title: string;
  thread: Entry[];
  inbox: Inbox;
  onDo: (doing: Doing) => Promise<boolean>;
  onAbout: (about: About) => void;
}

function Thread({ title, thread, inbox, onDo, onAbout }: ThreadProps) {
  const log = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    log.current!.scrollTop = log.current!.scrollHeight;
  }, [thread.length, inbox.id]);
  return (
    <div class="texts" role="log" aria-label={title} tabIndex={0} ref={log}>
      <ol>
        {thread.map((entry) => (
          <EntryView key={entry.providerId} {...{ entry, inbox, onDo, onAbout }} />
        ))}
      </ol>
    </div>
  );
}

function Examples({ app, onSend }: { app: App; onSend: (text: string) => void }) {
  return (
    <div class="examples" role="group" aria-label="Examples">
      <p>Nothing yet. Write below, or send one of these:</p>
      {examples.map((text) => (
        <button key={text} type="button" class="quiet" onClick={() => onSend(text)}>
          {text}
        </button>
      ))}
      {app.channel === "sms" && <p>STOP ends messages from this number, START allows them again.</p>}
    </div>
  );
}
