/** Nothing is fetched: no remote image, font or style tells a sender that the mail was opened. */
export const letterPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * A customer's HTML as a document of its own. The policy stands before the first byte of theirs, so that nothing in it
 * comes earlier.
 *
 * @param html as the customer's mail program wrote it
 */
export const letterOf = (html: string): string =>
  `<!doctype html><meta charset="utf-8"><meta http-equiv="content-security-policy" content="${letterPolicy}">` +
  `<meta name="referrer" content="no-referrer"><base target="_blank">` +
  `<style>body{margin:12px;overflow-wrap:anywhere;font:15px/1.45 system-ui,sans-serif}img{max-width:100%}</style>${html}`;
