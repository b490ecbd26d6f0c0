import { useEffect, useState } from "preact/hooks";
import { Failure } from "./failure.tsx";
import { Mailbox } from "./mailbox.tsx";
import { keep, remember, type Memory, type Person } from "./memory.ts";
import { Phone } from "./phone.tsx";
import { Shop } from "./shop.tsx";

/** Where customers can reach us. */
export interface Addresses {
  numbers: string[];
  mail: string[];
  hasChat: boolean;
}

/** Several customers, of whom you are one: their phone, mailbox and a web shop, side by side. */
export function People({ addresses }: { addresses: Addresses }) {
  const [memory, setMemory] = useState<Memory>(() => remember(sessionStorage, crypto.randomUUID()));
  const [phoneOf, setPhoneOf] = useState(memory.people[0]!.phone);
  useEffect(() => keep(sessionStorage, memory), [memory]);
  const person = memory.people.find(({ phone }) => phone === phoneOf)!;
  const change = (what: (before: Memory) => Partial<Memory>): void =>
    setMemory((before) => ({ ...before, ...what(before) }));
  const add = (phone: string): void => {
    if (!memory.people.some((each) => each.phone === phone)) {
      change(({ people }) => ({ people: [...people, personWith(phone)] }));
    }
    setPhoneOf(phone);
  };

  return (
    <div class="room">
      <header>
        <h1>Be a customer</h1>
        <p>
          What you text, mail or chat goes the way it would in the world, and answers from{" "}
          <a href="/desk" target="_blank" rel="noreferrer">
            the desk
          </a>{" "}
          arrive here.
        </p>
      </header>
      <nav aria-label="Customers">
        {memory.people.map(({ name, phone }) => (
          <button
            key={phone}
            type="button"
            aria-current={phone === phoneOf ? "true" : undefined}
            onClick={() => setPhoneOf(phone)}
          >
            {name} <span>{phone}</span>
          </button>
        ))}
        <NewPhone onAdd={add} />
      </nav>
      <Devices {...{ person, addresses, memory, change }} />
    </div>
  );
}

interface DevicesProps {
  person: Person;
  addresses: Addresses;
  memory: Memory;
  change: (what: (before: Memory) => Partial<Memory>) => void;
}

function Devices({ person, addresses, memory, change }: DevicesProps) {
  return (
    <main>
      {addresses.numbers.length > 0 && (
        <Phone
          key={`phone ${person.phone}`}
          own={person.phone}
          numbers={addresses.numbers}
          sent={memory.texts}
          onSent={(text) => change(({ texts }) => ({ texts: [...texts, text] }))}
        />
      )}
      {addresses.mail.length > 0 && (
        <Mailbox
          key={`mailbox ${person.phone}`}
          person={person}
          addresses={addresses.mail}
          sent={memory.mails}
          onSent={(mail) => change(({ mails }) => ({ mails: [...mails, mail] }))}
        />
      )}
      {addresses.hasChat && (
        <Shop
          key={`shop ${person.phone}`}
          person={person}
          visitor={`${memory.tab} ${person.mail}`}
          isSignedIn={memory.signedIn.includes(person.mail)}
          onSignedIn={(isSignedIn) =>
            change(({ signedIn }) => ({
              signedIn: [...signedIn.filter((mail) => mail !== person.mail), ...(isSignedIn ? [person.mail] : [])],
            }))
          }
        />
      )}
    </main>
  );
}

const personWith = (phone: string): Person => ({
  name: `Customer ${phone.slice(-4)}`,
  phone,
  mail: `customer${phone.slice(1)}@customer.test`,
});

const phoneNumber = /^\+[1-9]\d{6,14}$/;

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
      <Failure text={failure} />
    </form>
  );
}
