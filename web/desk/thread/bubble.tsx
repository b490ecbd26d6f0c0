import type { Api } from "../api/api.ts";
import type { Message } from "../api/types.ts";
import type { Key } from "../words/en.ts";
import { channelName, markName, sendStatus } from "../words/labels.ts";
import { sendErrorOf } from "../words/send-errors.ts";
import { useWords } from "../words/words.tsx";
import { Attachments } from "./attachments.tsx";
import { Body } from "./body.tsx";
import { ContextLine } from "./context.tsx";
import type { Entry } from "./entries.ts";
import { MoreDetails } from "./more-details.tsx";

const directions = { in: "message.customer", out: "message.reply", note: "message.note" } satisfies Record<
  Message["direction"],
  Key
>;

/** What was said at once, with where it came by, what became of it, and what was found wrong with it. */
export function Bubble({ api, entry }: { api: Api; entry: Entry }) {
  const words = useWords();
  const { t } = words;
  const { kind, messages, about, reactions, since } = entry;
  const [first] = messages as [Message];
  const isAlbum = kind === "album";
  return (
    <li
      class={`bubble is-${first.direction} ${kind === "parts" ? "is-parts" : ""} ${since ? `is-${since}` : ""}`}
      data-message={first.id}
      tabIndex={-1}
    >
      <Marks message={first} since={since} />
      {first.context && <ContextLine context={first.context} about={about} />}
      {isAlbum && <Attachments api={api} messages={messages} />}
      {messages.map((message) => (
        <div key={message.id} class="bubble-part">
          <Body api={api} message={message} />
          {!isAlbum && <Attachments api={api} messages={[message]} />}
          <Answers message={message} />
          <PartStatus message={message} />
          <MoreDetails message={message} />
          {"error" in message && message.error && <p class="error">{sendErrorOf(message.error, words)}</p>}
        </div>
      ))}
      {reactions.length > 0 && (
        <ul class="reactions" aria-label={t("message.reactions")}>
          {reactions.map((reaction, position) => (
            <li key={position}>{reaction}</li>
          ))}
        </ul>
      )}
      <Foot message={first} hasOwnStatus={kind !== "parts"} />
    </li>
  );
}

/** What an agent must know before they believe what they read. */
function Marks({ message, since }: { message: Message; since: Entry["since"] }) {
  const { t } = useWords();
  const marks = "marks" in message ? [...message.marks, ...(message.automatic ? [message.automatic] : [])] : [];
  const shown = marks.map((mark) => markName(mark, t));
  if (since) shown.push(t(since === "edit" ? "message.was-edited" : "message.was-deleted"));
  if (message.template) shown.push(t("message.template"));
  if (shown.length === 0) return null;
  return (
    <ul class="marks">
      {shown.map((mark) => (
        <li key={mark}>{mark}</li>
      ))}
    </ul>
  );
}

/** Answers that the customer was given to choose from. */
function Answers({ message: { quickReplies } }: { message: Message }) {
  const { t } = useWords();
  if (quickReplies.length === 0) return null;
  return (
    <ul class="answers" aria-label={t("answers.title")}>
      {quickReplies.map((answer) => (
        <li key={answer} dir="auto">
          {answer}
        </li>
      ))}
    </ul>
  );
}

/** Parts go their own ways: each says what became of it. */
function PartStatus({ message }: { message: Message }) {
  const { t } = useWords();
  if (!message.part) return null;
  return (
    <p class="part-status">
      {t("message.part", { position: message.part.index + 1, count: message.part.count })} ·{" "}
      <span class={`status is-${message.status}`}>{sendStatus(message, t)}</span>
    </p>
  );
}

function Foot({ message, hasOwnStatus }: { message: Message; hasOwnStatus: boolean }) {
  const { t, timeOf } = useWords();
  const { direction, channel, author, status, createdAt } = message;
  const optOut = "optOut" in message ? message.optOut : null;
  const sender = "senderName" in message ? message.senderName : null;
  const isLate = "afterReassignment" in message && message.afterReassignment;
  const outcome = hasOwnStatus ? sendStatus(message, t) : undefined;
  return (
    <footer>
      <span>{[t(directions[direction]), author ?? sender].filter(Boolean).join(", ")}</span>
      {direction !== "note" && <span class={`channel is-${channel}`}>{channelName(channel, t)}</span>}
      <time dateTime={createdAt}>{timeOf(createdAt)}</time>
      {outcome && <span class={`status is-${status}`}>{outcome}</span>}
      {optOut === "stop" && <span class="status is-failed">{t("message.stops")}</span>}
      {optOut === "start" && <span class="status is-delivered">{t("message.starts")}</span>}
      {isLate && <span class="status">{t("message.late")}</span>}
    </footer>
  );
}
