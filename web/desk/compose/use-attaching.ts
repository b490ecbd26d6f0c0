import { useState } from "preact/hooks";
import type { RouteCapabilities } from "../api/types.ts";
import { fileOf } from "./drafts.ts";
import { attach, bringUp, detach, type Place } from "./uploads.ts";
import { problemWith, type FileProblem } from "./what-fits.ts";

/** A file that was not even brought up, and why. */
export interface Rejected {
  name: string;
  problem: FileProblem;
}

/** Takes files into a draft that the route can carry, and names the others. */
export function useAttaching(place: Place, media: RouteCapabilities["media"] | undefined) {
  const [rejected, setRejected] = useState<Rejected[]>([]);
  const add = (files: File[]): void => {
    const refused: Rejected[] = [];
    for (const file of files) {
      const before = place.drafts.get(place.conversationId, place.kind).files;
      const problem = media ? problemWith(file, before.map(fileOf), media) : ({ kind: "no-files" } as const);
      if (problem) refused.push({ name: file.name, problem });
      else attach(file, place);
    }
    setRejected(refused);
  };
  return {
    rejected,
    add,
    remove: (file: Parameters<typeof detach>[0]) => detach(file, place),
    again: (file: Parameters<typeof bringUp>[0]) => bringUp(file, place),
    forget: () => setRejected([]),
  };
}
