import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Failure } from "./failure.tsx";
import { LetterView } from "./letter.tsx";
import type { Person, SentMail } from "./memory.ts";
import { answerTo } from "./quote.ts";
import { sendMail, type Letter, type Received } from "./router-side.ts";
import { useSending } from "./use-sending.ts";

interface Props {
  person: Person;
  /** our mail addresses */
  addresses: string[];
  items: Received[];
  problem: string;
  sent: SentMail[];
  onSent: (mail: SentMail) => void;
}

/** A customer's mailbox: what they sent and received, and a page to write on. */
export function Mailbox({ person, addresses, items, problem, sent, onSent }: Props) {
  const { mail: own } = person;
  const [answered, setAnswered] = useState<Received>();
  const mails = [
    ...sent.filter(({ from }) => from === own).map((mail) => ({ mail, receivedMail: undefined })),
    ...items.filter(({ channel }) => channel === "email").map((mail) => ({ mail, receivedMail: mail })),
  ].toSorted((one, other) => one.mail.at.localeCompare(other.mail.at));
  const list = useRef<HTMLOListElement>(null);
  useLayoutEffect(() => {
    list.current!.scrollTop = list.current!.scrollHeight;
  }, [mails.length]);

  return (
    <section class="device mailbox" aria-label={`Mailbox ${own}`}>
      <header>
        <h2>Mailbox</h2>
        <p>{own}</p>
      </header>
      <ol class="mails" aria-label="Mails" tabIndex={0} ref={list}>
        {mails.map(({ mail, receivedMail }, position) => (
          <LetterView key={position} mail={mail} onAnswer={receivedMail && (() => setAnswered(receivedMail))} />
        ))}
      </ol>
      <Failure text={problem} />
      <Writing
        key={answered?.providerId ?? "new"}
        own={own}
        addresses={addresses}
        answered={answered}
        onSent={(mail) => {
          onSent(mail);
          setAnswered(undefined);
        }}
        onLeave={() => setAnswered(undefined)}
      />
    </section>
  );
}

interface WritingProps {
  own: string;
  addresses: string[];
  answered: Received | undefined;
  onSent: (mail: SentMail) => void;
  onLeave: () => void;
}

function Writing({ own, addresses, answered, onSent, onLeave }: WritingProps) {
  const [to, setTo] = useState(addresses[0] ?? "");
  const [subject, setSubject] = useState("");
  const [text, setText] = useState("");
  const { failure, send } = useSending();
  const letter = (): Letter => (answered ? answerTo(answered, own, text) : { from: own, to, subject, text });
  const submit = (): Promise<boolean> =>
    send(async () => {
      onSent(await sendMail(letter()));
      setSubject("");
      setText("");
    });

  return (
    <form
      class="writing"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {answered ? (
        <p class="envelope">
          Answer to “{answered.subject}”.{" "}
          <button type="button" class="quiet" onClick={onLeave}>
            Write a new mail instead
          </button>
        </p>
      ) : (
        <Envelope {...{ addresses, to, setTo, subject, setSubject }} />
      )}
      <textarea
        name="letter"
        rows={3}
        value={text}
        dir="auto"
        placeholder="Mail"
        aria-label="Mail"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <Failure text={failure} />
      <button type="submit" disabled={text.trim() === ""}>
        Send mail
      </button>
    </form>
  );
}

interface EnvelopeProps {
  addresses: string[];
  to: string;
  setTo: (to: string) => void;
  subject: string;
  setSubject: (subject: string) => void;
}

function Envelope({ addresses, to, setTo, subject, setSubject }: EnvelopeProps) {
  return (
    <>
      <label>
        To
        <select name="to" value={to} onChange={(event) => setTo(event.currentTarget.value)}>
          {addresses.map((address) => (
            <option key={address}>{address}</option>
          ))}
        </select>
      </label>
      <input
        name="subject"
        value={subject}
        dir="auto"
        placeholder="Subject"
        aria-label="Subject"
        onInput={(event) => setSubject(event.currentTarget.value)}
      />
    </>
  );
}
