import { refuse, type Refusal, type RoutedFacts } from "./facts.ts";
import { mediaTypeOf } from "../capabilities.ts";
import { limits } from "../limits.ts";
import { partsOf, textLimitsFor } from "../parts.ts";

/* Rules about what a message consists of. */

export function templateIsTaken({ template, templates, capabilities, inboxId }: RoutedFacts): Refusal | undefined {
  if (!template) return undefined;
  if (!capabilities.templates)
    return refuse("template-not-taken", "This channel takes no templates.", { kind: "write-text" });
  const known = templates.find(({ id }) => id === template.id);
  if (known) return parametersFit(template.parameters, known);
  const explanation = `"${template.id}" is no template of "${inboxId}".`;
  const templateIds = templates.map(({ id }) => id);
  return templateIds.length > 0
    ? refuse("template-not-taken", explanation, { kind: "template", templateIds })
    : refuse("template-not-taken", explanation, { kind: "write-text" });
}

function parametersFit(given: string[], known: RoutedFacts["templates"][number]): Refusal | undefined {
  const maxCharacters = limits.maxTemplateParameterCharacters;
  const isFilled = (value: string) => value.trim() !== "" && value.length <= maxCharacters;
  if (given.length === known.parameters.length && given.every(isFilled)) return undefined;
  const wanted = known.parameters.length === 0 ? "none" : known.parameters.join(", ");
  const explanation = `The template "${known.id}" takes ${known.parameters.length} texts of 1 to ${maxCharacters} characters (${wanted}).`;
  return refuse("template-parameters", explanation, {
    kind: "fill-template",
    parameters: known.parameters,
    maxCharacters,
  });
}

/** Files say enough by themselves; answers to choose from need a question. */
export function textIsThere({ text, files, quickReplies }: RoutedFacts): Refusal | undefined {
  if (text.trim() !== "" || (files.length > 0 && quickReplies.length === 0)) return undefined;
  return refuse("text-empty", "The message has no text.", { kind: "write-text" });
}

export function filesAreTaken({ files, template, capabilities }: RoutedFacts): Refusal | undefined {
  const { media } = capabilities;
  if (files.length === 0) return undefined;
  const types = media.types.map(({ pattern }) => pattern);
  const refused = (explanation: string, names: string[], maxCount: number): Refusal =>
    refuse("files-not-taken", explanation, { kind: "remove-files", names, maxCount, types });
  const all = files.map(({ name }) => name);
  if (template) return refused("A template goes out by itself, without files.", all, 0);
  if (media.maxCount === 0) return refused("This channel takes no files.", all, 0);
  if (files.length > limits.maxReplyFiles)
    return refused(`A reply has at most ${limits.maxReplyFiles} files.`, all, limits.maxReplyFiles);
  const foreign = files.filter(({ contentType }) => !mediaTypeOf(contentType, media)).map(({ name }) => name);
  if (foreign.length > 0)
    return refused(`This channel takes ${types.join(", ")}: not ${foreign.join(", ")}.`, foreign, limits.maxReplyFiles);
  const unnameable = files.filter(({ name }) => isRefusedName(name, media)).map(({ name }) => name);
  if (unnameable.length > 0) {
    const explanation = `This channel takes no files with such an ending, since they could run: ${unnameable.join(", ")}.`;
    return refused(explanation, unnameable, limits.maxReplyFiles);
  }
  return filesAreSmall(files, capabilities);
}

const isRefusedName = (name: string, { refusedName }: RoutedFacts["capabilities"]["media"]): boolean =>
  refusedName !== undefined && new RegExp(refusedName).test(name.toLowerCase());

function filesAreSmall(files: RoutedFacts["files"], { media }: RoutedFacts["capabilities"]): Refusal | undefined {
  const tooLarge = (explanation: string, names: string[]): Refusal =>
    refuse("file-too-large", explanation, {
      kind: "remove-files",
      names,
      maxCount: limits.maxReplyFiles,
      types: media.types.map(({ pattern }) => pattern),
    });
  const large = files.filter(({ contentType, bytes }) => bytes > (mediaTypeOf(contentType, media)?.maxBytes ?? 0));
  const sizes = large.map(
    ({ name, bytes, contentType }) =>
      `${name} has ${megabytes(bytes)}, and ${contentType} may have ${megabytes(mediaTypeOf(contentType, media)!.maxBytes)}`,
  );
  if (sizes.length > 0)
    return tooLarge(
      `Too large for this channel: ${sizes.join("; ")}.`,
      large.map(({ name }) => name),
    );
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const { isOneMessage, maxTotalBytes = Infinity } = media;
  if (!isOneMessage || total <= maxTotalBytes) return undefined;
  const explanation = `All files go on one message, which may have ${megabytes(maxTotalBytes)} of them; these have ${megabytes(total)}.`;
  return tooLarge(explanation, namesOver(files, maxTotalBytes));
}

/** The largest ones, until what is left fits. */
function namesOver(files: RoutedFacts["files"], maxTotalBytes: number): string[] {
  const largestFirst = files.toSorted((one, other) => other.bytes - one.bytes);
  let left = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const removed = largestFirst.filter(({ bytes }) => {
    if (left <= maxTotalBytes) return false;
    left -= bytes;
    return true;
  });
  return removed.map(({ name }) => name);
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

export function quickRepliesAreTaken({ quickReplies, template, capabilities }: RoutedFacts): Refusal | undefined {
  if (quickReplies.length === 0) return undefined;
  const { maxCount, maxCharacters } = (template ? undefined : capabilities.quickReplies) ?? nothing;
  const areFew = quickReplies.length <= maxCount && new Set(quickReplies).size === quickReplies.length;
  if (areFew && quickReplies.every((answer) => answer.trim() !== "" && answer.length <= maxCharacters))
    return undefined;
  const explanation =
    maxCount === 0
      ? `${template ? "A template" : "This channel"} takes no answers to choose from.`
      : `This channel takes at most ${maxCount} different answers to choose from, of 1 to ${maxCharacters} characters each.`;
  return refuse("quick-replies-not-taken", explanation, { kind: "remove-quick-replies", maxCount, maxCharacters });
}

const nothing = { maxCount: 0, maxCharacters: 0 };

/** The text is cut between words, so how much fits depends on the words: what the parts that are allowed hold of it fits for sure. */
export function textFits(facts: RoutedFacts): Refusal | undefined {
  const { text, template, quickReplies, capabilities } = facts;
  if (template) return undefined;
  const { maxCharacters, maxParts } = textLimitsFor(quickReplies, capabilities);
  const texts = partsOf(facts, capabilities).flatMap((part) => (part.text === "" ? [] : [part.text]));
  if (texts.length <= maxParts) return undefined;
  const most = maxCharacters * maxParts;
  const explanation =
    text.length > most
      ? `The message has ${text.length} characters; this channel takes ${most}.`
      : `The message would go out in ${texts.length} parts; this channel takes ${maxParts}.`;
  const held = texts.slice(0, maxParts).reduce((sum, piece) => sum + piece.length, 0);
  return refuse("text-too-long", explanation, { kind: "shorten-text", maxCharacters: held });
}
