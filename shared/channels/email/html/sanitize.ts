import { safeStyle } from "./style.ts";
import { walkHtml } from "./walk.ts";

/*
 * HTML of strangers, written anew from an allow-list. It is safe by construction rather than by search: what comes out
 * has no element that switches a browser's tokenizer or namespace (no script, style, title, textarea, noscript, svg, math,
 * template), every text and value is escaped, and no comment survives. So there is nothing that parsing it again could
 * turn into markup (mutation XSS).
 */

const elements = new Set(
  (
    "a abbr address article aside b big blockquote br caption center cite code col colgroup dd del dfn div dl dt em " +
    "figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp section " +
    "small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr"
  ).split(" "),
);
const voidElements = new Set(["br", "col", "hr", "img", "wbr"]);

/** A length, a number, a colour or a word, as the attributes of HTML's presentation take them. */
const plainValue = /^[\w#%.,+ -]{1,100}$/;
const plainAttributes = new Set(
  "align bgcolor border cellpadding cellspacing color colspan dir face height hspace lang nowrap rowspan size span start type valign vspace width".split(
    " ",
  ),
);
const textAttributes = new Set(["alt", "title"]);

const linkSchemes = new Set(["http:", "https:", "mailto:", "tel:"]);
const imageSchemes = new Set(["http:", "https:", "cid:"]);

/** @returns markup that shows the letter and can do nothing; and whether it ends early */
export function sanitizeHtml(html: string): { html: string; isCut: boolean } {
  const out: string[] = [];
  const { isCut } = walkHtml(html, {
    open(name, attributes) {
      if (elements.has(name)) out.push(`<${name}${attributesOf(name, attributes)}>`);
    },
    close(name) {
      if (elements.has(name) && !voidElements.has(name)) out.push(`</${name}>`);
    },
    text(text) {
      out.push(escape(text));
    },
  });
  return { html: out.join(""), isCut };
}

function attributesOf(element: string, attributes: Record<string, string>): string {
  const kept: string[] = [];
  for (const [name, value] of Object.entries(attributes)) {
    const safe = safeValue(element, name, value);
    if (safe !== undefined) kept.push(` ${name}="${escape(safe)}"`);
  }
  if (element === "a") kept.push(' target="_blank" rel="noopener noreferrer nofollow"');
  return kept.join("");
}

function safeValue(element: string, name: string, value: string): string | undefined {
  if (name === "style") return safeStyle(value) || undefined;
  if (name === "href" && element === "a") return safeUrl(value, linkSchemes);
  if (name === "src" && element === "img") return safeUrl(value, imageSchemes);
  if (textAttributes.has(name)) return value;
  return plainAttributes.has(name) && plainValue.test(value) ? value : undefined;
}

/** Only whole URLs of a scheme that is named: relative ones would be ours, and no other scheme is harmless. */
function safeUrl(value: string, schemes: Set<string>): string | undefined {
  const url = URL.parse(value);
  return url && schemes.has(url.protocol) ? url.href : undefined;
}

const escapes: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

const escape = (text: string): string =>
  text.replaceAll("\0", "").replaceAll(/[&<>"'`]/g, (character) => escapes[character]!);
