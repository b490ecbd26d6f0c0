import { useEffect, useState } from "preact/hooks";
import { keep, remember, type Memory, type SentText } from "./memory.ts";
import { Phone } from "./phone.tsx";

const phoneNumber = /^\+[1-9]\d{6,14}$/;

/** Several customers, one phone each, of which one is in the hand. */
export function Phones({ numbers }: { numbers: string[] }) {
  const [memory, setMemory] = useState<Memory>(() => remember(sessionStorage));
  const [inHand, setInHand] = useState(memory.phones[0]!);
  useEffect(() => keep(sessionStorage, memory), [memory]);
  const onSent = (text: SentText): void => setMemory((before) => ({ ...before, sent: [...before.sent, text] }));
  const add = (phone: string): void => {
    if (!memory.phones.includes(phone)) setMemory({ ...memory, phones: [...memory.phones, phone] });
    setInHand(phone);
  };

  return (
    <div class="room">
      <header>
        <h1>Customers' phones</h1>
        <p>
          Be a customer: what you text goes through the carrier's webhook, and replies from <a href="/desk">the desk</a>{" "}
          arrive here.
        </p>
      </header>
      <nav aria-label="Phones">
        {memory.phones.map((phone) => (
          <button
            key={phone}
            type="button"
            aria-current={phone === inHand ? "true" : undefined}
            onClick={() => setInHand(phone)}
          >
            {phone}
          </button>
        ))}
        <NewPhone onAdd={add} />
      </nav>
      <Phone key={inHand} own={inHand} numbers={numbers} sent={memory.sent} onSent={onSent} />
    </div>
  );
}

function NewPhone({ onAdd }: { onAdd: (phone: string) => void }) {
  const [number, setNumber] = useState("");
  const [failure, setFailure] = useState("");
  return (
    <form
      class="new-phone"
      onSubmit={(event) => {
        event.preventDefault();
        if (!phoneNumber.test(number)) return setFailure("Write the number as +, country code and number, no blanks.");
        setFailure("");
        setNumber("");
        onAdd(number);
      }}
    >
      <label>
        Another phone
        <input
          name="new-phone"
          value={number}
          inputMode="tel"
          placeholder="+4915112345679"
          onInput={(event) => setNumber(event.currentTarget.value.trim())}
        />
      </label>
      <button type="submit" class="quiet" disabled={number === ""}>
        Add
      </button>
      {failure && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
    </form>
  );
}
