import { limits } from "../../core/limits.ts";
import type { MediaReference } from "../../core/message.ts";
import type { MediaHosts } from "../../ports/media.ts";
import { placeText } from "../place.ts";
import type { Attachment } from "./event.ts";

/**
 * Meta's machines for files of messages; their links are good for whoever has them, so no token goes there.
 *
 * @see https://developers.facebook.com/docs/messenger-platform/instagram/features/webhook
 */
export const mediaHosts: MediaHosts = {
  hosts: ["*.fbcdn.net", "*.fbsbx.com", "*.cdninstagram.com"],
  credentialHosts: [],
};

/** What a person sees of a message's attachments. */
export interface Attached {
  /** to read below the text */
  lines: string[];
  media: MediaReference[];
  /** the link to a story that names us, which may be shown but not kept */
  storyUrl?: string;
  /** there is more than the provider hands on */
  isUnsupported: boolean;
}

const nothing: Attached = { lines: [], media: [], isUnsupported: false };
const unsupported: Attached = { ...nothing, isUnsupported: true };

/** Meta says no more than the kind; the content decides when it is fetched. */
const contentTypes = new Map([
  ["image", "image/*"],
  ["sticker", "image/*"],
  ["video", "video/*"],
  ["audio", "audio/*"],
  ["file", "application/octet-stream"],
]);

const readers: Record<string, (attachment: Attachment, text: string) => Attached> = {
  image: readFile,
  sticker: readFile,
  video: readFile,
  audio: readFile,
  file: readFile,
  share: readShare,
  post: readShare,
  ig_post: readShare,
  reel: readShare,
  ig_reel: readShare,
  fallback: readPreview,
  location: readLocation,
  template: readProducts,
  appointment_booking: readBooking,
  story_mention: ({ payload }) => ({ ...nothing, ...(payload?.url !== undefined && { storyUrl: payload.url }) }),
};

/**
 * @param attachments undefined where one can't be read
 * @param text of the same message
 * @see https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messages
 * @see https://developers.facebook.com/docs/instagram-platform/webhooks/examples
 */
export function readAttachments(attachments: readonly (Attachment | undefined)[], text: string): Attached {
  const read = attachments.map((attachment) => readAttachment(attachment, text));
  const storyUrl = read.find((each) => each.storyUrl !== undefined)?.storyUrl;
  return {
    lines: unique(
      read.flatMap(({ lines }) => lines),
      (line) => line,
    ).filter((line) => line !== "" && !text.includes(line)),
    // One thing under its old kind and its new one: a sticker as a picture too, a shared post as `share` and `ig_post`.
    media: unique(
      read.flatMap(({ media }) => media),
      ({ url = "" }) => url,
    ),
    ...(storyUrl !== undefined && { storyUrl }),
    isUnsupported: read.some((each) => each.isUnsupported),
  };
}

function readAttachment(attachment: Attachment | undefined, text: string): Attached {
  if (!attachment) return unsupported;
  return Object.hasOwn(readers, attachment.type) ? readers[attachment.type]!(attachment, text) : readOther(attachment);
}

const unique = <Item>(items: Item[], key: (item: Item) => string): Item[] =>
  Array.from(new Map(items.map((item) => [key(item), item])).values());

function readFile({ type, payload }: Attachment): Attached {
  const url = payload?.url;
  if (url === undefined || !isSecure(url)) return unsupported;
  const name = type === "file" ? fileNameOf(url) : undefined;
  const contentType = contentTypes.get(type)!;
  return { ...nothing, media: [{ contentType, url, ...(name !== undefined && { name }) }] };
}

/** A post or reel: what Meta has on its machines for files is fetched, a link to its pages is for the reader. */
function readShare({ payload, title, url }: Attachment): Attached {
  const link = payload?.url ?? url;
  const isFile = link !== undefined && isSecure(link) && isOfMediaHosts(new URL(link).hostname);
  const lines = [payload?.title ?? title ?? "", isFile ? "" : (link ?? "")];
  if (!isFile) return { ...nothing, lines, isUnsupported: lines.every((line) => line === "") };
  return { ...nothing, lines, media: [{ contentType: "application/octet-stream", url: link }] };
}

/** The preview of a link that stands in the text, or something shared that has no kind of its own. */
function readPreview(attachment: Attachment, text: string): Attached {
  const shared = readOther(attachment);
  if (!/https?:\/\//.test(text)) return shared;
  return { ...nothing, lines: [attachment.payload?.title ?? attachment.title ?? ""] };
}

function readLocation(attachment: Attachment): Attached {
  const { payload, title } = attachment;
  const position = payload?.coordinates;
  if (!position) return readOther(attachment);
  const name = title ?? payload?.title;
  return { ...nothing, lines: [placeText({ latitude: position.lat, longitude: position.long, name })] };
}

function readProducts({ payload, title }: Attachment): Attached {
  const elements = payload?.product?.elements ?? [{ title: payload?.title ?? title, subtitle: undefined }];
  const lines = elements.map((element) => [element.title, element.subtitle].filter(Boolean).join(" – "));
  return { ...nothing, lines, isUnsupported: lines.every((line) => line === "") };
}

/** ISO 8601, section 4.4: an interval with a start and an end. */
function readBooking({ payload }: Attachment): Attached {
  const { status, start_time: start, end_time: end } = payload ?? {};
  const interval = [start, end].filter(Boolean).join("/");
  const lines = [[status, interval].filter(Boolean).join(" ")];
  return { ...nothing, lines, isUnsupported: lines[0] === "" };
}

/** A kind that is not documented yet: its title and link are better than nothing. */
function readOther({ payload, title, url }: Attachment): Attached {
  const lines = [payload?.title ?? title ?? "", payload?.url ?? url ?? ""];
  return { ...nothing, lines, isUnsupported: lines.every((line) => line === "") };
}

const isSecure = (url: string): boolean => URL.canParse(url) && new URL(url).protocol === "https:";

const isOfMediaHosts = (hostname: string): boolean => mediaHosts.hosts.some((host) => hostname.endsWith(host.slice(1)));

/** Links to files end with the name that the sender gave them. */
function fileNameOf(url: string): string | undefined {
  const last = (new URL(url).pathname.split("/").at(-1) ?? "").slice(0, limits.maxNameCharacters);
  try {
    return decodeURIComponent(last) || undefined;
  } catch {
    // No valid percent-encoding: then it is the name as it stands.
    return last;
  }
}
