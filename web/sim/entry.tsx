import { abilitiesOf, type Inbox } from "./apps.ts";
import type { About } from "./composer.tsx";
import type { Doing } from "./doing.ts";
import type { SentFile } from "./memory.ts";
import { Menu } from "./menu.tsx";
import { ReceivedFile } from "./received-file.tsx";
import type { Entry } from "./thread.ts";

const emojis = ["👍", "❤️", "😂", "🙏"];

interface Props {
  entry: Entry;
  inbox: Inbox;
  onDo: (doing: Doing) => Promise<boolean>;
  onAbout: (about: About) => void;
}

/** One message of a thread, with what can be done about it. */
export function EntryView({ entry, inbox, onDo, onAbout }: Props) {
  const { isOwn, text, file, media, choices, isDeleted, providerId } = entry;
  const choose = (title: string): Promise<boolean> => onDo({ choice: { to: providerId, title } });
  return (
    <li class={isOwn ? "is-own" : "is-theirs"}>
      <div class="bubble">
        <span class="hidden">{isOwn ? "Sent: " : "Received: "}</span>
        {file && <OwnFile file={file} />}
        {media.map((each) => (
          <ReceivedFile key={each.url} {...each} />
        ))}
        {text && <p dir="auto">{text}</p>}
        {isDeleted && <p>You have deleted this.</p>}
        <EntryState entry={entry} />
      </div>
      {abilitiesOf(inbox).reacts && !isDeleted && <EntryMenu {...{ entry, inbox, onDo, onAbout }} />}
      {choices.length > 0 && (
        <div class="choices" role="group" aria-label="Answers to choose from">
          {choices.map((title) => (
            <button key={title} type="button" class="quiet" onClick={() => void choose(title)}>
              {title}
            </button>
          ))}
        </div>
      )}
    </li>
  );
}

const OwnFile = ({ file: { name, thumbnail } }: { file: SentFile }) =>
  thumbnail === undefined ? <p class="file">📎 {name}</p> : <img src={thumbnail} alt={name} />;

function EntryState({ entry: { isOwn, isEdited, isDeleted, reaction } }: { entry: Entry }) {
  return (
    <p class="state">
      {reaction && (
        <span class="reaction">
          <span class="hidden">Your reaction: </span>
          {reaction}
        </span>
      )}
      {isEdited && !isDeleted && <span>edited</span>}
      {isOwn && (
        <span>
          <span aria-hidden="true">✓✓</span>
          <span class="hidden">Delivered</span>
        </span>
      )}
    </p>
  );
}

function EntryMenu({ entry, inbox, onDo, onAbout }: Props) {
  const { providerId, isOwn, text, file, reaction } = entry;
  const { edits, deletes } = abilitiesOf(inbox);
  const react = (emoji: string): Promise<boolean> =>
    onDo({ reaction: { to: providerId, emoji: emoji === reaction ? null : emoji } });
  return (
    <Menu kind="about" label={`More about “${text.slice(0, 30) || (file?.name ?? "picture")}”`} sign="⋯">
      {(leaving) => (
        <>
          {emojis.map((emoji) => (
            <button
              key={emoji}
              type="button"
              class="quiet"
              aria-label={`React with ${emoji}`}
              aria-pressed={emoji === reaction}
              onClick={leaving(() => react(emoji))}
            >
              {emoji}
            </button>
          ))}
          <button type="button" class="quiet" onClick={leaving(() => onAbout({ kind: "reply", entry }))}>
            Reply
          </button>
          {isOwn && edits && !file && (
            <button type="button" class="quiet" onClick={leaving(() => onAbout({ kind: "edit", entry }))}>
              Edit
            </button>
          )}
          {isOwn && deletes && (
            <button type="button" class="quiet" onClick={leaving(() => onDo({ [deletes]: providerId }))}>
              {deletes === "unsends" ? "Unsend" : "Delete"}
            </button>
          )}
        </>
      )}
    </Menu>
  );
}
