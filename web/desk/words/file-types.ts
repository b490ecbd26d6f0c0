import type { FileProblem } from "../compose/what-fits.ts";
import type { Translate } from "./dictionary.ts";
import type { Key } from "./en.ts";
import { known } from "./labels.ts";
import type { Words } from "./words.tsx";

/*
 * Types of files as people call them, who know no `application/vnd.…`.
 */

/** Kinds that formats are told of in brackets. */
const seenAndHeard: Record<string, Key> = { image: "files.pictures", video: "files.video", audio: "files.sound" };

const wholeKinds: Record<string, Key> = {
  ...seenAndHeard,
  application: "files.documents",
  text: "files.texts",
  "*": "files.all",
};

/** Which files could go out, once for all that could not. @returns undefined where their type stood in nobody's way */
export function takenTypes(problems: FileProblem[], { t, list }: Words): string | undefined {
  const taken = problems.flatMap((problem) => (problem.kind === "type" ? problem.taken : []));
  return taken.length === 0 ? undefined : t("files.types", { types: list(typeNames([...new Set(taken)], t)) });
}

/** @param patterns e.g. `image/jpeg`, `audio/*`; those of a kind stand together: pictures (JPEG, PNG) */
function typeNames(patterns: string[], t: Translate): string[] {
  const byKind = Map.groupBy(patterns, (pattern) => pattern.split("/", 1)[0]!);
  const names = [...byKind].flatMap(([kind, ofKind]) => {
    if (ofKind.includes(`${kind}/*`)) return [known(wholeKinds, kind, t)];
    const formats = [...new Set(ofKind.map((pattern) => formatName(pattern, t)))];
    return Object.hasOwn(seenAndHeard, kind) ? [`${known(seenAndHeard, kind, t)} (${formats.join(", ")})`] : formats;
  });
  return [...new Set(names)];
}

const formats: [RegExp, string][] = [
  [/msword|wordprocessingml/, "Word"],
  [/ms-excel|spreadsheetml/, "Excel"],
  [/ms-powerpoint|presentationml/, "PowerPoint"],
  [/^text\/plain$/, "TXT"],
  [/^audio\/mpeg$/, "MP3"],
  [/^audio\/(mp4|x-m4a)$/, "M4A"],
  [/\/3gpp2?$/, "3GP"],
  [/^video\/quicktime$/, "MOV"],
];

const ofPeople: Record<string, Key> = {
  "text/vcard": "files.contacts",
  "text/x-vcard": "files.contacts",
  "text/calendar": "files.calendar",
};

function formatName(pattern: string, t: Translate): string {
  if (Object.hasOwn(ofPeople, pattern)) return known(ofPeople, pattern, t);
  const rest = pattern.split("/")[1] ?? "";
  return formats.find(([each]) => each.test(pattern))?.[1] ?? rest.replace(/^x-/, "").toUpperCase();
}
