import type { FileKind } from "./file-type.ts";
import { limits } from "../core/limits.ts";
import { beginningOf } from "../core/text.ts";

/** Endings that people give to one kind of file, or whose kinds the beginning of a file does not tell apart. */
const families = [
  "jpg jpeg jpe jfif",
  "png apng",
  "tif tiff",
  "heic heif hif avif",
  "mp4 m4a m4b m4p m4r m4v mov qt 3gp 3gpp 3g2 f4a f4b f4p f4v",
  "ogg oga ogv ogm ogx opus spx",
  "mkv mka webm weba",
  "mp1 mp2 mp3 mpga",
  "mpg mpe mpeg vob",
  "asf wma wmv",
  "wav wave",
  "aif aifc aiff",
  "mid midi",
  "amr 3ga",
  "tar.gz gz tgz",
  "bz2 tbz tbz2",
  "xz txz",
  "pdf ai",
  "ps eps ai",
  "rtf doc",
  "vcf vcard",
  "ics ical",
  "exe com dll ocx scr sys",
].map((family) => family.split(" "));

/** Kinds that hold what many programs write, each under an ending of its own. */
const wrappers = ["zip", "cfb", "xml", "sqlite"];
/** What a browser shows or carries out, and what it is not. */
const ofBrowsers = /^([xs]?html?|xht|mht|mhtml|m?jsx?|css|svg|jpe?g|png|gif|webp|bmp|pdf|txt|csv|json)$/;

/**
 * A file's name with an ending that opens it as what its content is: a picture that is called `page.html` would be opened as a
 * page. A name without an ending misleads nobody.
 */
export function fittingName(name: string, { extension }: FileKind): string {
  // Windows leaves full stops and blanks at a name's end away.
  const ending = /\.([^.\s]+)[.\s]*$/.exec(name)?.[1]?.toLowerCase();
  if (extension === undefined || ending === undefined || fits(ending, extension)) return name;
  return `${beginningOf(name, limits.maxNameCharacters - extension.length - 1)}.${extension}`;
}

function fits(ending: string, extension: string): boolean {
  if (ending === extension) return true;
  if (wrappers.includes(extension))
    return !ofBrowsers.test(ending) || (extension === "xml" && /^(svg|xht|xhtml)$/.test(ending));
  return families.some((family) => family.includes(extension) && family.includes(ending));
}
