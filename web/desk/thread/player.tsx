import { useEffect, useRef } from "preact/hooks";
import { useWords } from "../words/words.tsx";
import { FileButton } from "./file-button.tsx";
import { type FilePlace, useLink } from "./use-link.ts";

/** Sound or a film that this browser can play; nothing of it is fetched before somebody wants to hear or see it. */
export function Player(place: FilePlace) {
  const { t } = useWords();
  const frame = useRef<HTMLDivElement>(null);
  const media = useRef<HTMLMediaElement>(null);
  const { url, hasFailed, renew } = useLink(place, frame);
  const isRenewed = useRef(false);
  useEffect(() => {
    // Whoever pressed "play" on a link that had ended hears what the new one brings.
    if (isRenewed.current) void media.current?.play().catch(renew);
    isRenewed.current = false;
  }, [url]);
  const { contentType, name } = place.message.media[place.index]!;
  const properties = {
    src: url,
    controls: true,
    preload: "none",
    "aria-label": name ?? t(isFilm(contentType) ? "media.film" : "media.sound"),
    onError: () => {
      isRenewed.current = true;
      renew();
    },
  } as const;
  return (
    <div ref={frame} class="player">
      {!hasFailed &&
        (isFilm(contentType) ? (
          <video ref={media as { current: HTMLVideoElement | null }} {...properties} />
        ) : (
          <audio ref={media as { current: HTMLAudioElement | null }} {...properties} />
        ))}
      <FileButton {...place} />
    </div>
  );
}

const isFilm = (contentType: string): boolean => contentType.startsWith("video/");

/** @returns whether this browser says that it may be able to */
export const canPlay = (contentType: string): boolean =>
  /^(audio|video)\//.test(contentType) &&
  document.createElement(isFilm(contentType) ? "video" : "audio").canPlayType(contentType) !== "";
