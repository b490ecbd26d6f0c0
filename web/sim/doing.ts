import { addressOn, type Inbox } from "./apps.ts";
import type { Memory, Person, SentMessage } from "./memory.ts";
import { thumbnailOf } from "./pictures.ts";
import { now, post } from "./router-side.ts";

/** Something that somebody does in a thread; ids are the providers'. */
export interface Doing {
  text?: string;
  /** custom channel */
  subject?: string;
  file?: File;
  location?: { latitude: number; longitude: number };
  replyTo?: string;
  /** null takes it back */
  reaction?: { to: string; emoji: string | null };
  choice?: { to: string; title: string };
  edits?: string;
  deletes?: string;
  unsends?: string;
  reads?: true;
}

/** What the tab has to remember of it. */
export type Change = (before: Memory) => Partial<Memory>;

/** Does it. @throws Error for the reader when the router did not take it */
export async function act(doing: Doing, person: Person, inbox: Inbox): Promise<Change> {
  const at = await now();
  const providerId = await perform(doing, person, inbox);
  const { text = "", file, location, choice, reaction, edits, deletes, unsends, reads } = doing;
  const withdrawn = deletes ?? unsends;
  if (reads) return () => ({});
  if (reaction) return ({ reactions }) => ({ reactions: { ...reactions, [reaction.to]: reaction.emoji ?? "" } });
  if (edits !== undefined) return changed(edits, { text, isEdited: true });
  if (withdrawn !== undefined) return changed(withdrawn, { text: "", file: undefined, isDeleted: true });
  const message: SentMessage = {
    inbox: inbox.id,
    providerId,
    from: addressOn(inbox.channel, person),
    text: choice?.title ?? (location && `${location.latitude}, ${location.longitude}`) ?? text,
    at,
    ...(file && { file: { name: file.name, thumbnail: await thumbnailOf(file) } }),
  };
  return ({ messages }) => ({ messages: [...messages, message] });
}

const changed =
  (providerId: string, change: Partial<SentMessage>): Change =>
  ({ messages }) => ({
    messages: messages.map((message) => (message.providerId === providerId ? { ...message, ...change } : message)),
  });

/** @returns what the provider calls the message that it is about */
async function perform(doing: Doing, person: Person, inbox: Inbox): Promise<string> {
  const from = addressOn(inbox.channel, person);
  const { file, choice, text, ...rest } = doing;
  const files = file && { files: [{ contentType: file.type, name: file.name, content: await base64Of(file) }] };
  if (inbox.channel === "sms" || inbox.provider === "twilio") {
    const [prefix, details] =
      inbox.channel === "whatsapp" ? ["whatsapp:", { details: { ProfileName: person.name } }] : ["", {}];
    const addresses = { from: prefix + from, to: prefix + inbox.address };
    const message = { ...addresses, body: text ?? "", ...files, ...details };
    return ((await post("/sim/twilio/messages", message)) as { sid: string }).sid;
  }
  const { items } = (await post(`/sim/${inbox.channel}/messages`, {
    from,
    to: inbox.id,
    ...(["whatsapp", "telegram", "custom"].includes(inbox.channel) && { name: person.name }),
    ...rest,
    ...(text && { text }),
    ...files,
    // Elsewhere only the last message's can be chosen from.
    ...(choice && { choice: inbox.channel === "whatsapp" ? choice : { title: choice.title } }),
  })) as { items: { providerId: string }[] };
  return items[0]!.providerId;
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve((reader.result as string).split(",", 2)[1]!));
    reader.addEventListener("error", () => reject(reader.error!));
    reader.readAsDataURL(file);
  });
}
