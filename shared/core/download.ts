/**
 * The header Content-Disposition of a file to be kept. A browser that gets `attachment` shows nothing, so that a file can do
 * nothing on the origin that it comes from.
 *
 * RFC 6266: a name for old readers with what they can't take left out, and one in UTF-8 (RFC 8187) for all others.
 */
export function asDownload(fileName: string): string {
  const plain = fileName.replaceAll(/[^\w.() -]/g, "_");
  const encoded = encodeURIComponent(fileName.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
