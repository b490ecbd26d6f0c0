import { useCallback, useEffect, useRef, useState } from "preact/hooks";

interface Text {
  from: string;
  to: string;
  text: string;
  at: string;
  mine: boolean;
}

interface OutboxItem {
  channel: string;
  from: string;
  to: string;
  text: string;
  at: string;
}

const refreshMs = 1_000;

/** A customer's phone: what they text goes through the carrier's webhook, what the router sends appears here. */
export function Phone({ numbers }: { numbers: string[] }) {
  const [own, setOwn] = useState("+4915112345678");
  const [number, setNumber] = useState(numbers[0] ?? "");
  const [sent, setSent] = useState<Text[]>([]);
  const [received, setReceived] = useState<Text[]>([]);
  const [draft, setDraft] = useState("");
  const [failure, setFailure] = useState("");
  const end = useRef<HTMLDivElement>(null);

  const refresh = useCallback(async () => {
    try {
      const response = await fetch(`/sim/outbox?${new URLSearchParams({ channel: "sms", to: own })}`);
      const { items } = (await response.json()) as { items: OutboxItem[] };
      setReceived(items.map(({ from, to, text, at }) => ({ from, to, text, at, mine: false })));
    } catch (error) {
      setFailure(`The router can't be reached: ${String(error)}`);
    }
  }, [own]);

  useEffect(() => {
    void refresh();
    const interval = setInterval(() => void refresh(), refreshMs);
    return () => clearInterval(interval);
  }, [refresh]);

  const thread = [
    ...sent.filter((text) => text.from === own && text.to === number),
    ...received.filter((text) => text.from === number),
  ];
  thread.sort((one, other) => one.at.localeCompare(other.at));
  useEffect(() => end.current?.scrollIntoView({ block: "end" }), [thread.length]);

  const send = async () => {
    const clock = (await (await fetch("/sim/clock")).json()) as { now: string };
    const response = await fetch("/sim/twilio/messages", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ from: own, to: number, body: draft }),
    });
    if (!response.ok) {
      setFailure(`The carrier could not deliver: ${await response.text()}`);
      return;
    }
    setFailure("");
    setSent([...sent, { from: own, to: number, text: draft, at: new Date(clock.now).toISOString(), mine: true }]);
    setDraft("");
    await refresh();
  };

  return (
    <main class="phone">
      <header>
        <label>
          This phone
          <input
            name="own"
            value={own}
            inputMode="tel"
            onChange={(event) => setOwn(event.currentTarget.value.trim())}
          />
        </label>
        <label>
          Texts to
          <select name="number" value={number} onChange={(event) => setNumber(event.currentTarget.value)}>
            {numbers.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
      </header>
      <ol aria-label="Texts" aria-live="polite">
        {thread.map((text, position) => (
          <li key={position} class={text.mine ? "is-mine" : "is-theirs"} dir="auto">
            {text.text}
          </li>
        ))}
      </ol>
      <div ref={end} />
      {failure && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (draft) void send();
        }}
      >
        <input
          name="text"
          value={draft}
          placeholder="Text message"
          aria-label="Text message"
          onInput={(event) => setDraft(event.currentTarget.value)}
        />
        <button type="submit" disabled={!draft}>
          Send
        </button>
      </form>
    </main>
  );
}
