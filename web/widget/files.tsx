import { useState } from "preact/hooks";
import type { ChatFile } from "../../shared/channels/web/frames.ts";
import type { Language } from "./words.ts";

/** What a browser draws and nothing can run in. */
const pictureTypes = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);

/** Files of a message: pictures as themselves, in a place of one size that is there before they are, all others by name. */
export function Files({ files, language }: { files: ChatFile[]; language: Language }) {
  return (
    <ul class="files">
      {files.map((file, place) => (
        <li key={place}>
          {pictureTypes.has(file.contentType) && isLink(file.url) ? (
            <Picture file={file} language={language} />
          ) : (
            <Download file={file} language={language} />
          )}
        </li>
      ))}
    </ul>
  );
}

interface FileProps {
  file: ChatFile;
  language: Language;
}

/**
 * Each hello brings a new link: what is shown stays as it is, and is fetched anew only where it could not be had. A page
 * whose policy lets no picture of the router's in has its link.
 */
function Picture({ file, language }: FileProps) {
  const { url, name } = file;
  const [shown, show] = useState(url);
  const [failed, fail] = useState("");
  if (failed === url) return <Download file={file} language={language} />;
  return (
    <a {...linkTo(url)} class="picture">
      <img
        src={shown}
        alt={name}
        width={220}
        height={165}
        loading="lazy"
        decoding="async"
        referrerpolicy="no-referrer"
        onError={() => (shown === url ? fail(url) : show(url))}
      />
    </a>
  );
}

function Download({ file: { url, name, bytes }, language }: FileProps) {
  const label = (
    <>
      <bdi>{name}</bdi> <small>{shownSize(bytes, language)}</small>
    </>
  );
  return isLink(url) ? (
    <a {...linkTo(url)} class="file">
      {label}
    </a>
  ) : (
    <span class="file">{label}</span>
  );
}

const linkTo = (href: string) => ({ href, target: "_blank", rel: "noopener noreferrer nofollow" });

/** Over TLS; without it only at the router that runs on this very machine. */
export function isLink(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && (hostname === "127.0.0.1" || hostname === "localhost"));
}

function shownSize(bytes: number, language: Language): string {
  const isLarge = bytes >= 1_000_000;
  const amount = isLarge ? bytes / 1_000_000 : Math.max(1, Math.round(bytes / 1_000));
  const unit = isLarge ? "megabyte" : "kilobyte";
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(amount);
}
