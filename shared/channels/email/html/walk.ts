import { Parser } from "htmlparser2";
import { limits } from "../../../core/limits.ts";
import { beginningOf } from "../../../core/text.ts";

export interface HtmlVisitor {
  open(name: string, attributes: Record<string, string>): void;
  close(name: string): void;
  /** with entities decoded */
  text(text: string): void;
}

/** What they hold is no text of the letter: code, styles, fallbacks, pictures made of elements, fields of forms. */
const withoutContent = new Set(
  (
    "script style title template noscript noembed noframes iframe frameset object applet embed svg math " +
    "textarea select datalist button audio video canvas xmp plaintext"
  ).split(" "),
);

class TooDeep extends Error {
  override name = "TooDeep";
}

/**
 * Walks through HTML as a stream of tags and texts, in time linear to its length: no tree is built, and the markup ends
 * where it gets too long or too deep.
 *
 * @returns whether something was left out for that reason
 */
export function walkHtml(html: string, visitor: HtmlVisitor): { isCut: boolean } {
  const bounded = beginningOf(html, limits.maxMailHtmlCharacters);
  const open: string[] = [];
  /** depth at which content began that is no text; 0 outside of it */
  let skippedFrom = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        open.push(name);
        if (open.length > limits.maxMailHtmlDepth) throw new TooDeep();
        if (skippedFrom > 0) return;
        if (withoutContent.has(name)) skippedFrom = open.length;
        else visitor.open(name, attributes);
      },
      ontext(text) {
        if (skippedFrom === 0) visitor.text(text);
      },
      onclosetag(name) {
        const depth = open.length;
        open.pop();
        if (skippedFrom === 0) visitor.close(name);
        else if (depth === skippedFrom) skippedFrom = 0;
      },
    },
    { decodeEntities: true },
  );
  try {
    parser.end(bounded);
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    // The visitor has not been shown what was skipped, nor the element that was one too many.
    const shown = open.slice(0, (skippedFrom || open.length) - 1);
    for (const name of shown.toReversed()) visitor.close(name);
    return { isCut: true };
  }
  return { isCut: bounded.length < html.length };
}
