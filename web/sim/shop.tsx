import { useRef } from "preact/hooks";
import { Failure } from "./failure.tsx";
import type { Person } from "./memory.ts";
import { vouchFor } from "./router-side.ts";
import { useSending } from "./use-sending.ts";

interface Props {
  person: Person;
  /** what the shop calls this person's browser */
  visitor: string;
  isSignedIn: boolean;
  onSignedIn: (isSignedIn: boolean) => void;
}

/** A web shop of somebody else's, with the chat widget on its page; it can say who is signed in. */
export function Shop({ person, visitor, isSignedIn, onSignedIn }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const { failure, send } = useSending();
  const tell = (token: string | null): void =>
    frame.current?.contentWindow?.postMessage({ type: "vouch", token }, location.origin);
  const vouch = (): Promise<boolean> => send(async () => tell(await vouchFor(person)));
  const signIn = (): void => {
    onSignedIn(true);
    void vouch();
  };
  const signOut = (): void => {
    onSignedIn(false);
    tell(null);
  };

  return (
    <section class="device shop" aria-label={`Web shop of ${person.name}`}>
      <header>
        <h2>Web shop</h2>
        <p>{isSignedIn ? `Signed in as ${person.name}` : "Nobody is signed in"}</p>
        <button type="button" class="quiet" onClick={isSignedIn ? signOut : signIn}>
          {isSignedIn ? "Sign out" : `Sign in as ${person.name}`}
        </button>
      </header>
      <Failure text={failure} />
      <iframe
        ref={frame}
        title="Web shop"
        src={`/sim/shop?${new URLSearchParams({ visitor })}`}
        onLoad={() => {
          // As a shop does on each page that somebody who is signed in opens.
          if (isSignedIn) void vouch();
        }}
      />
    </section>
  );
}
