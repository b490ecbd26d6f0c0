import type { Line } from "../reply/line.ts";
import { isHidden } from "./style.ts";
import { walkHtml } from "./walk.ts";

const blocks = new Set(
  (
    "address article aside blockquote body caption center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 " +
    "h5 h6 header hr li main nav ol p pre section table tbody tfoot thead tr ul"
  ).split(" "),
);
/** Blocks with an empty line around them. */
const spaced = new Set("blockquote dl h1 h2 h3 h4 h5 h6 ol p pre table ul".split(" "));

/** Containers of an earlier mail: Yahoo, Proton, Tuta, Zoho, GMX and Web.de, NetEase and QQ. */
const quoteClasses = new Set(["yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra", "mail_quote"]);
const quoteIds = new Set(["isReplyContent", "OLK_SRC_BODY_SECTION"]);
/** After these comes nothing but an earlier mail: Outlook on the web, on phones and on the Mac, Hotmail. */
const earlierIds = new Set([
  "divRplyFwdMsg",
  "appendonsend",
  "stopSpelling",
  "mail-editor-reference-message-container",
]);
/** Lines that introduce a quote: Gmail, Thunderbird, Roundcube. */
const attributionClasses = new Set(["gmail_attr", "moz-cite-prefix"]);
const attributionIds = new Set(["reply-intro"]);
/** The line that Outlook (2007 to 2019, and Windows Mail) draws above the headers of an earlier mail. */
const outlookRule =
  /border:none;border-top:solid#(?:b5c4df|e1e1e1)1\.0pt|border-top-color:rgb\(229,229,229\);border-top-width:1px;border-top-style:solid/;

type Role = "quote" | "earlier" | "attribution";

/**
 * The lines of a letter in HTML as a person sees them, and of each whether the markup says that it is quoted.
 *
 * @returns its lines, and whether it ends early because it was too long or too deep
 */
export function readLetter(html: string): { lines: Line[]; isCut: boolean } {
  const letter = new Letter();
  const { isCut } = walkHtml(html, letter);
  return { lines: letter.end(), isCut };
}

class Letter {
  readonly #lines: Line[] = [];
  /** of the open elements, with those that set something apart */
  readonly #open: { name: string; role?: Role; isHidden: boolean }[] = [];
  /** of the line that is being written; joined at its end, since asking a text that grows for its end copies it each time */
  #parts: string[] = [];
  #isAtSpace = true;
  #quoted = 0;
  #attributions = 0;
  #hidden = 0;
  #preformatted = 0;
  #nextIsEarlier = false;

  open(name: string, attributes: Record<string, string>): void {
    if (blocks.has(name)) this.#startBlock(name);
    const element = { name, role: roleOf(name, attributes), isHidden: isHidden(attributes) };
    this.#open.push(element);
    if (element.role === "quote") this.#quoted += 1;
    if (element.role === "attribution") this.#attributions += 1;
    if (element.role === "earlier") this.#nextIsEarlier = true;
    if (element.isHidden) this.#hidden += 1;
    if (name === "pre") this.#preformatted += 1;
    if (name === "br") this.#endLine();
    if (name === "li") this.#append("- ");
    if (name === "hr") this.#put("---");
    if (name === "img" && attributes["alt"]?.trim()) this.text(`[${attributes["alt"].trim()}]`);
  }

  close(name: string): void {
    if (blocks.has(name)) this.#startBlock(name);
    if (name === "td" || name === "th") this.text(" ");
    const element = this.#open.pop();
    if (element?.role === "quote") this.#quoted -= 1;
    if (element?.role === "attribution") this.#attributions -= 1;
    if (element?.isHidden) this.#hidden -= 1;
    if (name === "pre") this.#preformatted -= 1;
  }

  text(text: string): void {
    if (this.#hidden > 0) return;
    if (this.#preformatted > 0) {
      const [first = "", ...rest] = text.split(/\r\n|\n|\r/);
      this.#append(first);
      for (const line of rest) {
        this.#endLine();
        this.#append(line);
      }
      return;
    }
    const collapsed = text.replaceAll(/[ \t\r\n\f]+/g, " ");
    this.#append(this.#isAtSpace && collapsed.startsWith(" ") ? collapsed.slice(1) : collapsed);
  }

  #append(text: string): void {
    if (text === "") return;
    this.#parts.push(text);
    this.#isAtSpace = text.endsWith(" ");
  }

  end(): Line[] {
    this.#startBlock("div");
    return this.#lines;
  }

  #startBlock(name: string): void {
    if (this.#parts.some((part) => part.trim() !== "")) this.#endLine();
    else this.#startLine();
    const last = this.#lines.at(-1);
    if (spaced.has(name) && last && last.text !== "") this.#put("");
  }

  #endLine(): void {
    this.#put(this.#parts.join("").replaceAll("\u00a0", " ").trimEnd());
    this.#startLine();
  }

  #startLine(): void {
    this.#parts = [];
    this.#isAtSpace = true;
  }

  #put(text: string): void {
    const line: Line = { text, isQuoted: this.#quoted > 0 };
    if (this.#attributions > 0) line.mark = "attribution";
    if (this.#nextIsEarlier && text !== "") {
      line.mark = "earlier";
      this.#nextIsEarlier = false;
    }
    this.#lines.push(line);
  }
}

function roleOf(name: string, attributes: Record<string, string>): Role | undefined {
  // Outlook puts "x_" before names of markup that it quotes.
  const id = (attributes["id"] ?? "").slice(0, 200).replace(/^(?:x_){1,20}/, "");
  const classes = (attributes["class"] ?? "").slice(0, 500).split(/\s/);
  if (earlierIds.has(id)) return "earlier";
  if (attributionIds.has(id) || classes.some((one) => attributionClasses.has(one))) return "attribution";
  if (name === "blockquote" || quoteIds.has(id) || classes.some((one) => quoteClasses.has(one))) return "quote";
  if (name === "div" && attributes["name"] === "quote") return "quote";
  const style = (attributes["style"] ?? "").slice(0, 1_000).replaceAll(/\s/g, "").toLowerCase();
  return outlookRule.test(style) ? "earlier" : undefined;
}
