import { expect, it } from "vitest";
import type { Uploaded } from "../../../web/desk/api/types.ts";
import type { UploadOptions } from "../../../web/desk/api/upload.ts";
import { Drafts } from "../../../web/desk/compose/drafts.ts";
import { attach, bringUp, detach, type Place } from "../../../web/desk/compose/uploads.ts";

interface Upload {
  options: UploadOptions;
  done: PromiseWithResolvers<Uploaded>;
}

function desk() {
  let keys = 0;
  const uploads: Upload[] = [];
  const drafts = new Drafts(() => `key-${(keys += 1)}`);
  const upload = (_: File, options: UploadOptions): Promise<Uploaded> => {
    const done = Promise.withResolvers<Uploaded>();
    uploads.push({ options, done });
    options.signal.addEventListener("abort", () => done.reject(options.signal.reason as Error));
    return done.promise;
  };
  const place: Place = { api: { upload }, drafts, conversationId: "one", kind: "reply" };
  return { uploads, place, files: () => drafts.get("one", "reply").files };
}

const picture = new File(["…"], "kettle.png", { type: "image/png" });
const taken: Uploaded = { id: "fil_1", contentType: "image/png", bytes: 3, name: "kettle.png" };

it("a file that is attached tells how far it is, and is named by the router's id once it is up", async () => {
  const { uploads, place, files } = desk();
  attach(picture, place);
  uploads[0]!.options.onShare(0.5);
  expect(files()).toMatchObject([{ file: picture, state: { kind: "uploading", share: 0.5 } }]);
  uploads[0]!.done.resolve(taken);
  await expect.poll(files).toMatchObject([{ state: { kind: "stored", id: "fil_1" } }]);
});

it("one that failed stays, and can be tried again", async () => {
  const { uploads, place, files } = desk();
  attach(picture, place);
  const trouble = new TypeError("no answer came");
  uploads[0]!.done.reject(trouble);
  await expect.poll(files).toMatchObject([{ state: { kind: "failed", error: trouble } }]);
  bringUp(files()[0]!, place);
  expect(files()).toMatchObject([{ state: { kind: "uploading", share: 0 } }]);
  uploads[1]!.done.resolve(taken);
  await expect.poll(files).toMatchObject([{ state: { kind: "stored" } }]);
});

it("one that is removed is not brought up any further, and does not come back", async () => {
  const { uploads, place, files } = desk();
  attach(picture, place);
  attach(new File(["…"], "pot.png", { type: "image/png" }), place);
  detach(files()[0]!, place);
  expect(uploads.map(({ options }) => options.signal.aborted)).toEqual([true, false]);
  await expect(uploads[0]!.done.promise).rejects.toThrow("aborted");
  uploads[1]!.done.resolve(taken);
  await expect.poll(files).toMatchObject([{ file: { name: "pot.png" }, state: { kind: "stored" } }]);
  expect(files()).toHaveLength(1);
});
