import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Api } from "../api/api.ts";
import type { Message } from "../api/types.ts";

/** A link opens for five minutes; one that is older than this may have ended while it was used. */
const goodForMs = 4 * 60_000;

/** Files this far outside of what is seen are fetched, so that they are there when they come into sight. */
const aheadPixels = 600;

/** A file of a message, by its position there. */
export interface FilePlace {
  api: Api;
  message: Message;
  index: number;
}

/**
 * The link of a file, from when its place comes near to what is seen.
 *
 * @returns `renew` for when it could not be opened: another link, where that one may have ended
 */
export function useLink({ api, message, index }: FilePlace, place: RefObject<HTMLElement | null>) {
  const [url, setUrl] = useState<string>();
  const [hasFailed, setFailed] = useState(false);
  const fetchedAt = useRef(0);
  const { id, conversationId } = message;

  const fetchLink = (): void => {
    fetchedAt.current = performance.now();
    api.media(conversationId, id, index).then(
      (link) => setUrl(link.url),
      () => setFailed(true),
    );
  };
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        fetchLink();
      },
      { rootMargin: `${aheadPixels}px` },
    );
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, [conversationId, id, index]);

  const renew = (): void => {
    if (performance.now() - fetchedAt.current > goodForMs) fetchLink();
    else setFailed(true);
  };
  return { url, hasFailed, renew };
}
