import type { Api } from "../api/api.ts";
import type { Attached, DraftKind, Drafts } from "./drafts.ts";

/** The draft that files are attached to. */
export interface Place {
  api: Pick<Api, "upload">;
  drafts: Drafts;
  conversationId: string;
  kind: DraftKind;
}

/** Adds a file to a draft and brings it up; it goes on while its agent looks at another conversation. */
export function attach(file: File, place: Place): void {
  const { drafts, conversationId, kind } = place;
  const localId = crypto.randomUUID();
  const { files } = drafts.get(conversationId, kind);
  const waiting: Attached = { localId, file, state: { kind: "uploading", share: 0, stop() {} } };
  drafts.write(conversationId, kind, { files: [...files, waiting] });
  bringUp(waiting, place);
}

export function detach({ localId, state }: Attached, { drafts, conversationId, kind }: Place): void {
  const { files } = drafts.get(conversationId, kind);
  drafts.write(conversationId, kind, { files: files.filter((each) => each.localId !== localId) });
  if (state.kind === "uploading") state.stop();
}

/** Starts the upload of a file, the first time or after it failed. */
export function bringUp({ localId, file }: Attached, { api, drafts, conversationId, kind }: Place): void {
  const ending = new AbortController();
  const stop = (): void => ending.abort();
  const onShare = (share: number): void =>
    drafts.setFile(conversationId, kind, localId, { kind: "uploading", share, stop });
  onShare(0);
  api.upload(file, { onShare, signal: ending.signal }).then(
    ({ id }) => drafts.setFile(conversationId, kind, localId, { kind: "stored", id }),
    // Whoever ended it has removed the file.
    (error: unknown) => drafts.setFile(conversationId, kind, localId, { kind: "failed", error }),
  );
}
