/** Properties that only set type, colour and room inside their own box: none places, covers or fetches anything. */
const properties = new Set(
  (
    "background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width border-collapse " +
    "border-color border-left border-left-color border-radius border-right border-spacing border-style border-top " +
    "border-top-color border-top-style border-top-width border-width color direction display font font-family font-size " +
    "font-style font-variant font-weight height letter-spacing line-height list-style-type margin margin-bottom " +
    "margin-left margin-right margin-top max-width min-width padding padding-bottom padding-left padding-right padding-top " +
    "text-align text-decoration text-indent text-transform vertical-align white-space width word-break word-wrap"
  ).split(" "),
);

/** Words, numbers, colours, and functions of colour; no escape, no quote that is left open, no url(…). */
const value = /^(?:[\w#%.,+ !-]|rgba?\([\d.,% /]{1,60}\)|"[\w ,.-]{0,60}"|'[\w ,.-]{0,60}'){1,200}$/i;
const mostDeclarations = 60;
const maxCharacters = 4_000;

/** The declarations of a style attribute that are harmless, in their order. */
export function safeStyle(style: string): string {
  const kept: string[] = [];
  for (const declaration of style.slice(0, maxCharacters).split(";", mostDeclarations)) {
    const colon = declaration.indexOf(":");
    const name = declaration.slice(0, colon).trim().toLowerCase();
    const text = declaration.slice(colon + 1).trim();
    if (colon > 0 && properties.has(name) && value.test(text)) kept.push(`${name}: ${text}`);
  }
  return kept.join("; ");
}

/** The element is not meant to be seen. */
export const isHidden = (attributes: Record<string, string>): boolean =>
  "hidden" in attributes || /display\s{0,5}:\s{0,5}none/i.test((attributes["style"] ?? "").slice(0, maxCharacters));
