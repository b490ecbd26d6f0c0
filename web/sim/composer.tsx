import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { abilitiesOf, type Inbox } from "./apps.ts";
import type { Doing } from "./doing.ts";
import { Menu } from "./menu.tsx";
import { samplePicture, samplePictures } from "./pictures.ts";
import type { Entry } from "./thread.ts";

/** What the next words are about, where they are no message of their own. */
export interface About {
  kind: "reply" | "edit";
  entry: Entry;
}

/** Where somebody is who sends their place. */
const place = { latitude: 52.52, longitude: 13.405 };

interface Props {
  /** what the field to write in is called */
  name: string;
  inbox: Inbox;
  about: About | undefined;
  onLeave: () => void;
  /** @returns whether it was done */
  onDo: (doing: Doing) => Promise<boolean>;
}

/** Where the next message of a thread is written. */
export function Composer({ name, inbox, about, onLeave, onDo }: Props) {
  const isEdit = about?.kind === "edit";
  const [draft, setDraft] = useState(isEdit ? about.entry.text : "");
  const [file, setFile] = useState<File>();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (about) field.current!.focus();
  }, []);
  const submit = async (): Promise<void> => {
    if ((draft.trim() === "" && !file) || !(await onDo(doingOf(draft, file, about)))) return;
    setDraft("");
    setFile(undefined);
  };
  const attach = (chosen: File | undefined): void => {
    setFile(chosen);
    field.current!.focus();
  };

  return (
    <>
      {about && (
        <Note leave="Leave it" onLeave={onLeave}>
          {isEdit ? "Edit" : "Answer to"} “{about.entry.text.slice(0, 40)}”
        </Note>
      )}
      {file && (
        <Note leave="Remove" onLeave={() => setFile(undefined)}>
          📎 {file.name}
        </Note>
      )}
      <form
        class="line"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {!isEdit && (
          <Attaching
            onAttach={attach}
            onPlace={abilitiesOf(inbox).sendsPlace ? () => void onDo({ location: place }) : undefined}
          />
        )}
        <input
          name="text"
          ref={field}
          value={draft}
          dir="auto"
          autocomplete="off"
          placeholder={name}
          aria-label={name}
          onInput={(event) => setDraft(event.currentTarget.value)}
        />
        <button type="submit" disabled={!draft && !file}>
          Send
        </button>
      </form>
    </>
  );
}

const doingOf = (text: string, file: File | undefined, about: About | undefined): Doing =>
  about?.kind === "edit" ? { edits: about.entry.providerId, text } : { text, file, replyTo: about?.entry.providerId };

interface NoteProps {
  children: ComponentChildren;
  leave: string;
  onLeave: () => void;
}

/** What goes with the next words, and a way to do without. */
const Note = ({ children, leave, onLeave }: NoteProps) => (
  <p class="envelope">
    <span>{children}</span>
    <button type="button" class="quiet" onClick={onLeave}>
      {leave}
    </button>
  </p>
);

interface AttachingProps {
  onAttach: (file: File | undefined) => void;
  /** absent where the app has no places */
  onPlace: (() => void) | undefined;
}

function Attaching({ onAttach, onPlace }: AttachingProps) {
  return (
    <Menu kind="attaching" label="Attach" sign="+">
      {(leaving) => (
        <>
          {Object.keys(samplePictures).map((name) => (
            <button
              key={name}
              type="button"
              class="quiet"
              onClick={leaving(async () => onAttach(await samplePicture(name)))}
            >
              Picture: {name}
            </button>
          ))}
          <label>
            File of this device
            <input type="file" onChange={({ currentTarget }) => leaving(() => onAttach(currentTarget.files?.[0]))()} />
          </label>
          {onPlace && (
            <button type="button" class="quiet" onClick={leaving(onPlace)}>
              Where I am
            </button>
          )}
        </>
      )}
    </Menu>
  );
}
