import { useEffect, useRef, useState } from "preact/hooks";
import { Failure } from "./failure.tsx";
import type { Person } from "./memory.ts";
import { vouchFor } from "./router-side.ts";
import { useSending } from "./use-sending.ts";

/** A web shop of somebody else's, with the chat widget on its page; it can say who is signed in. */
export function Shop({ person }: { person: Person }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [isSignedIn, setSignedIn] = useState(false);
  const { failure, send } = useSending();
  const tell = (token: string | null): void =>
    frame.current?.contentWindow?.postMessage({ type: "vouch", token }, location.origin);
  const signIn = () =>
    send(async () => {
      tell(await vouchFor(person));
      setSignedIn(true);
    });
  const signOut = (): void => {
    tell(null);
    setSignedIn(false);
  };
  useEffect(() => setSignedIn(false), [person]);

  return (
    <section class="device shop" aria-label={`Web shop of ${person.name}`}>
      <header>
        <h2>Web shop</h2>
        <p>{isSignedIn ? `Signed in as ${person.name}` : "Nobody is signed in"}</p>
        <button type="button" class="quiet" onClick={() => (isSignedIn ? signOut() : void signIn())}>
          {isSignedIn ? "Sign out" : `Sign in as ${person.name}`}
        </button>
      </header>
      <Failure text={failure} />
      <iframe
        ref={frame}
        key={person.mail}
        title="Web shop"
        src={`/sim/shop?${new URLSearchParams({ customer: person.mail })}`}
      />
    </section>
  );
}
