import type { InboundMessage, MessageContext } from "../../core/message.ts";
import { readAttachments, type Attached } from "./attachments.ts";
import type { GivenMessage, Referral, Scene } from "./event.ts";

type Content = Pick<InboundMessage, "text"> & Partial<Pick<InboundMessage, "media" | "marks" | "context" | "isQuiet">>;

/** @param providerId Meta's, or what follows from the event: the same on redelivery, and no other event's */
const messageOf = (
  { channel, accountId, inboxId, customer, at }: Scene,
  providerId: string,
  content: Content,
): InboundMessage => ({
  kind: "message",
  channel,
  accountId,
  providerId,
  from: customer,
  inboxId,
  media: [],
  ...content,
  ...(at !== undefined && { providerTime: at }),
});

export function readMessage(message: GivenMessage, scene: Scene): InboundMessage {
  const own = message.text ?? "";
  const attached = readAttachments(message.attachments ?? [], own);
  const text = [own, ...attached.lines].filter((line) => line !== "").join("\n");
  const context = contextOf(message, attached);
  const isEmpty = text === "" && attached.media.length === 0 && context?.kind !== "story-mention";
  const isUnsupported = message.is_unsupported === true || attached.isUnsupported || isEmpty;
  return messageOf(scene, message.mid, {
    text,
    media: attached.media,
    ...(context && { context }),
    ...(isUnsupported && { marks: ["unsupported"] }),
  });
}

function contextOf(message: GivenMessage, { storyUrl }: Attached): MessageContext | undefined {
  const { quick_reply: choice, reply_to: answered, referral } = message;
  if (storyUrl !== undefined) return { kind: "story-mention", url: storyUrl };
  if (answered?.story)
    return { kind: "story-reply", ...(answered.story.url !== undefined && { url: answered.story.url }) };
  if (choice) return { kind: "choice", ...(choice.payload !== undefined && { choiceId: choice.payload }) };
  if (answered?.mid !== undefined) return { kind: "reply", providerId: answered.mid };
  return referral && { kind: "referral", ...whatTheySaw(referral) };
}

/** An advertisement's title, else what the link that they came by carried, else the product. */
function whatTheySaw({
  ref,
  product,
  ads_context_data: advertisement,
}: Referral): Pick<MessageContext, "note" | "url"> {
  const note = advertisement?.ad_title ?? ref ?? product?.id;
  const url = advertisement?.photo_url ?? advertisement?.video_url;
  return { ...(note !== undefined && { note }), ...(url !== undefined && { url }) };
}

/** They took a message back, which has the same id. */
export const readDeletion = ({ mid }: GivenMessage, scene: Scene): InboundMessage =>
  messageOf(scene, `deletion:${mid}`, { text: "", context: { kind: "deletion", providerId: mid }, isQuiet: true });

export const readEdit = (
  { mid, text = "", num_edit: count }: { mid: string; text?: string | undefined; num_edit?: number | undefined },
  scene: Scene,
): InboundMessage =>
  messageOf(scene, `edit:${mid}:${count ?? scene.at}`, { text, context: { kind: "edit", providerId: mid } });

/** Where there is no emoji its name says which. */
export const readReaction = (
  { mid, emoji, reaction = "" }: { mid: string; emoji?: string | undefined; reaction?: string | undefined },
  scene: Scene,
): InboundMessage =>
  messageOf(scene, `reaction:${mid}:${scene.customer}:${scene.at}`, {
    text: emoji ?? reaction,
    context: { kind: "reaction", providerId: mid },
    isQuiet: true,
  });

/** A button of a template, of the menu, or the one that starts a conversation. Versions before 11.0 give it no message id. */
export function readPostback(
  {
    mid,
    title = "",
    payload,
    referral,
  }: {
    mid?: string | undefined;
    title?: string | undefined;
    payload?: string | undefined;
    referral?: Referral | undefined;
  },
  scene: Scene,
): InboundMessage {
  const context: MessageContext = {
    kind: "choice",
    ...(payload !== undefined && { choiceId: payload }),
    ...(referral && whatTheySaw(referral)),
  };
  return messageOf(scene, mid ?? `postback:${scene.customer}:${scene.at}`, { text: title, context });
}

/** They came back by an advertisement or a link, and have said nothing yet. */
export const readReferral = (referral: Referral, scene: Scene): InboundMessage =>
  messageOf(scene, `referral:${scene.customer}:${scene.at}`, {
    text: "",
    context: { kind: "referral", ...whatTheySaw(referral) },
    isQuiet: true,
  });
