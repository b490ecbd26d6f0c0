import { useEffect, useState } from "preact/hooks";
import { addressesOf, appsOf, type Inbox } from "./apps.ts";
import { Clock } from "./clock.tsx";
import { Counter } from "./counter.tsx";
import type { Change } from "./doing.ts";
import { Failure } from "./failure.tsx";
import { Mailbox } from "./mailbox.tsx";
import { keep, remember, type Memory, type Person } from "./memory.ts";
import { Phone } from "./phone.tsx";
import { Shop } from "./shop.tsx";
import { useWorld, type World } from "./use-world.ts";

/** Several customers, of whom you are one: their phone, mailbox and a web shop, side by side. @param inboxes where they can reach us */
export function People({ inboxes }: { inboxes: Inbox[] }) {
  const [memory, setMemory] = useState<Memory>(() => remember(sessionStorage, crypto.randomUUID()));
  const [phoneOf, setPhoneOf] = useState(memory.people[0]!.phone);
  useEffect(() => keep(sessionStorage, memory), [memory]);
  const person = memory.people.find(({ phone }) => phone === phoneOf)!;
  const world = useWorld(addressesOf(person));
  const change = (what: Change): void => setMemory((before) => ({ ...before, ...what(before) }));
  const add = (phone: string): void => {
    if (!memory.people.some((each) => each.phone === phone)) {
      change(({ people }) => ({ people: [...people, personWith(phone)] }));
    }
    setPhoneOf(phone);
  };
  const counter = inboxes.find(({ channel }) => channel === "custom");
  const common = { person, items: world.items, memory, change };

  return (
    <div class="room">
      <header>
        <h1>Be a customer</h1>
        <p>
          What you write goes the way it would in the world, and answers from{" "}
          <a href="/desk" target="_blank" rel="noreferrer">
            the desk
          </a>{" "}
          arrive here.
        </p>
        <Clock now={world.now} />
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
      <Devices {...{ ...common, world, inboxes }} />
      {counter && <Counter key={`counter ${person.phone}`} inbox={counter} {...common} />}
    </div>
  );
}

interface DevicesProps {
  person: Person;
  inboxes: Inbox[];
  world: World;
  memory: Memory;
  change: (what: Change) => void;
}

function Devices({ person, inboxes, world: { items, problem }, memory, change }: DevicesProps) {
  const apps = appsOf(inboxes);
  const [open, setOpen] = useState("");
  const mail = inboxes.filter(({ channel }) => channel === "email").map(({ address }) => address);
  return (
    <main>
      {apps.length > 0 && (
        <Phone
          key={`phone ${person.phone}`}
          {...{ person, apps, open, items, problem, memory, change }}
          onOpen={setOpen}
        />
      )}
      {mail.length > 0 && (
        <Mailbox
          key={`mailbox ${person.phone}`}
          {...{ person, items, problem }}
          addresses={mail}
          sent={memory.mails}
          onSent={(letter) => change(({ mails }) => ({ mails: [...mails, letter] }))}
        />
      )}
      {inboxes.some(({ channel }) => channel === "web") && (
        <Shop
          key={`shop ${person.phone}`}
          person={person}
          visitor={`${memory.tab} ${person.mail}`}
          isSignedIn={memory.signedIn.includes(person.mail)}
          onSignedIn={(isSignedIn) =>
            change(({ signedIn }) => ({
              signedIn: [...signedIn.filter((each) => each !== person.mail), ...(isSignedIn ? [person.mail] : [])],
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
