import type { MediaReference } from "../../core/message.ts";
import { placeText } from "../place.ts";
import { fileOf, largestOf, type NamedFile } from "./file.ts";
import { isService } from "./service.ts";
import {
  checklistSchema,
  contactSchema,
  diceSchema,
  entitiesSchema,
  fileSchema,
  gameSchema,
  locationSchema,
  partOf,
  photoSchema,
  pollSchema,
  stickerSchema,
  venueSchema,
  webAppSchema,
  type TelegramMessage,
} from "./update.ts";

/** What a message says: in words, in files, or in a way that we can't hand on. */
export interface Content {
  text: string;
  media: MediaReference[];
  marks?: string[];
  isQuiet?: true;
}

type Reader = (message: TelegramMessage) => Content | undefined;

const words = (text: string): Content => ({ text, media: [] });

/** What the button writes with which every chat with a bot begins: they have said nothing yet. */
const startButton = "/start";

/** In this order: an animation is a document too, and a venue a location (Bot API, "Message"). */
const readers: Reader[] = [
  (message) => {
    if (typeof message["text"] !== "string") return undefined;
    const content = words(textOf(message, "text", "entities"));
    return content.text === startButton ? { ...content, isQuiet: true } : content;
  },
  (message) => {
    const sizes = partOf(photoSchema, message["photo"]) ?? [];
    return sizes.length === 0 ? undefined : withCaption(message, { ...largestOf(sizes), mime_type: "image/jpeg" });
  },
  fileReader("animation", "video/mp4"),
  fileReader("video", "video/mp4"),
  fileReader("video_note", "video/mp4"),
  fileReader("audio", "audio/mpeg"),
  fileReader("voice", "audio/ogg"),
  fileReader("document", "application/octet-stream"),
  readSticker,
  (message) => {
    const venue = partOf(venueSchema, message["venue"]);
    return venue && words(placeText({ ...venue.location, name: venue.title, address: venue.address }));
  },
  (message) => {
    const location = partOf(locationSchema, message["location"]);
    return location && words(placeText({ ...location, accuracyMeters: location.horizontal_accuracy }));
  },
  (message) => {
    const contact = partOf(contactSchema, message["contact"]);
    return contact && words(lines(nameOf(contact), contact.phone_number));
  },
  (message) => {
    const poll = partOf(pollSchema, message["poll"]);
    return poll && words(lines(poll.question, ...poll.options.map(({ text }) => `– ${text}`)));
  },
  (message) => {
    const checklist = partOf(checklistSchema, message["checklist"]);
    return checklist && words(lines(checklist.title, ...checklist.tasks.map(({ text }) => `– ${text}`)));
  },
  (message) => {
    const webApp = partOf(webAppSchema, message["web_app_data"]);
    return webApp && words(webApp.button_text);
  },
  (message) => {
    const dice = partOf(diceSchema, message["dice"]);
    return dice && words(`${dice.emoji} ${dice.value}`);
  },
  (message) => {
    const game = partOf(gameSchema, message["game"]);
    return game && words(lines(game.title, game.description));
  },
];

/** @returns undefined for a service message: nobody wrote it */
export function contentOf(message: TelegramMessage): Content | undefined {
  for (const read of readers) {
    const content = read(message);
    if (content) return content;
  }
  if (isService(message)) return undefined;
  return { text: textOf(message, "caption", "caption_entities"), media: [], marks: ["unsupported"] };
}

function fileReader(field: string, contentType: string): Reader {
  return (message) => {
    const file = partOf(fileSchema, message[field]);
    return file && withCaption(message, { ...file, mime_type: file.mime_type ?? contentType });
  };
}

const withCaption = (message: TelegramMessage, file: NamedFile): Content => ({
  text: textOf(message, "caption", "caption_entities"),
  media: [fileOf(file)],
});

function readSticker(message: TelegramMessage): Content | undefined {
  const sticker = partOf(stickerSchema, message["sticker"]);
  if (!sticker) return undefined;
  const still = sticker.is_animated ? "application/x-tgsticker" : "image/webp";
  const file = { ...sticker, mime_type: sticker.is_video ? "video/webm" : still };
  return { text: sticker.emoji ?? "", media: [fileOf(file)] };
}

/** A link that hides behind words stands behind them in brackets, since whoever reads sees words alone. */
function textOf(message: TelegramMessage, field: string, entitiesField: string): string {
  const text = message[field];
  if (typeof text !== "string") return "";
  const links = (partOf(entitiesSchema, message[entitiesField]) ?? []).filter(({ type }) => type === "text_link");
  return links
    .toSorted((one, other) => other.offset - one.offset)
    .reduce((whole, { offset, length, url }) => {
      const end = offset + length;
      const isWithin = offset >= 0 && length > 0 && end <= text.length;
      if (url === undefined || !isWithin || text.slice(offset, end) === url) return whole;
      return `${whole.slice(0, end)} (${url})${whole.slice(end)}`;
    }, text);
}

const nameOf = ({
  first_name: first,
  last_name: last,
}: {
  first_name: string | undefined;
  last_name: string | undefined;
}) => [first, last].filter(Boolean).join(" ");

const lines = (...each: string[]): string => each.filter((line) => line.trim() !== "").join("\n");
