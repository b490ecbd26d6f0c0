import type { ComponentChildren } from "preact";

/** Web addresses as people write them; the punctuation that ends a sentence is not theirs. */
const address = /\bhttps?:\/\/[^\s<>"'\p{Cc}、。，；：！？（）「」]*[^\s<>"'\p{Cc}.,;:!?)\]}、。，；：！？（）「」]/giu;

/** A text with its web addresses as links: all of it becomes text nodes, nothing markup. */
export function withLinks(text: string): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    if (!isAddress(found)) continue;
    parts.push(
      text.slice(end, index),
      <a href={found} target="_blank" rel="noopener noreferrer nofollow">
        {found}
      </a>,
    );
    end = index + found.length;
  }
  return [...parts, text.slice(end)];
}

function isAddress(text: string): boolean {
  try {
    return new URL(text).host !== "";
  } catch {
    return false;
  }
}
