import { describe, expect, it } from "vitest";
import { draftShelf } from "../../../web/desk/compose/draft-shelf.ts";
import { type Attached, Drafts } from "../../../web/desk/compose/drafts.ts";

const create = (): Drafts => {
  let keys = 0;
  return new Drafts(() => `key-${(keys += 1)}`);
};

const attached = (localId: string): Attached => ({
  localId,
  file: new File(["…"], `${localId}.png`, { type: "image/png" }),
  state: { kind: "uploading", share: 0, stop() {} },
});

describe("drafts", () => {
  it("keep a note out of the field of the reply, and each conversation's text for itself", () => {
    const drafts = create();
    drafts.write("one", "note", { text: "between us" });
    drafts.write("two", "reply", { text: "Hello" });
    expect(drafts.get("one", "note").text).toBe("between us");
    expect(drafts.get("one", "reply").text).toBe("");
    expect(drafts.get("two", "reply").text).toBe("Hello");
    expect(drafts.get("two", "note").text).toBe("");
  });

  it("keep their key while the text stays, and get another when it changes", () => {
    const drafts = create();
    const { key } = drafts.write("one", "reply", { text: "Hello" });
    expect(drafts.write("one", "reply", { text: "Hello" }).key).toBe(key);
    expect(drafts.get("one", "reply").key).toBe(key);
    expect(drafts.write("one", "reply", { text: "Hello!" }).key).not.toBe(key);
  });

  it("get another key when they go to another address: it would be another message", () => {
    const drafts = create();
    const { key } = drafts.write("one", "reply", { text: "Hello" });
    const elsewhere = drafts.write("one", "reply", { text: "Hello", identityId: "idn_1" });
    expect(elsewhere.key).not.toBe(key);
    expect(drafts.write("one", "reply", { text: "Hello", identityId: "idn_1" }).key).toBe(elsewhere.key);
  });

  it("get another key with other files or answers to choose from, and keep it while a file is brought up", () => {
    const drafts = create();
    const { key } = drafts.write("one", "reply", { text: "Hello" });
    const { key: withFile } = drafts.write("one", "reply", { files: [attached("a")] });
    expect(withFile).not.toBe(key);
    drafts.setFile("one", "reply", "a", { kind: "stored", id: "fil_1" });
    expect(drafts.get("one", "reply").key).toBe(withFile);
    expect(drafts.write("one", "reply", { quickReplies: ["Yes"] }).key).not.toBe(withFile);
  });

  it("are empty once taken, with another key, and go to the address last used again", () => {
    const drafts = create();
    const { key } = drafts.write("one", "reply", {
      text: "Hello",
      identityId: "idn_1",
      files: [attached("a")],
      quickReplies: ["Yes"],
    });
    drafts.taken("one", "reply", key);
    const after = drafts.get("one", "reply");
    expect(after).toMatchObject({ text: "", identityId: undefined, files: [], quickReplies: [] });
    expect(after.key).not.toBe(key);
  });

  it("keep the destination when they are taken: whether it still holds, what came since says", () => {
    const drafts = create();
    const destination = { identityId: "idn_1", isChosen: true, since: 1 };
    const { key } = drafts.write("one", "reply", { text: "Hello", destination });
    drafts.taken("one", "reply", key);
    expect(drafts.get("one", "reply")).toMatchObject({ text: "", destination });
  });

  it("stay when something else was written since", () => {
    const drafts = create();
    const { key } = drafts.write("one", "reply", { text: "Hello" });
    drafts.write("one", "reply", { text: "Hello again" });
    drafts.taken("one", "reply", key);
    expect(drafts.get("one", "reply").text).toBe("Hello again");
  });

  it("tell whoever shows them of each change, until they are not shown any more", () => {
    const drafts = create();
    let told = 0;
    const end = drafts.subscribe(() => (told += 1));
    drafts.write("one", "reply", { text: "Hello" });
    drafts.setFile("one", "reply", "a", { kind: "stored", id: "fil_1" });
    expect(told).toBe(2);
    end();
    drafts.write("one", "reply", { text: "Hello!" });
    expect(told).toBe(2);
  });
});

describe("drafts of somebody who signs in again", () => {
  /** A tab's storage, and desks that are opened in it one after the other. */
  function tab() {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    } as Storage;
    let keys = 0;
    const open = (userId = "emma", from = () => storage) =>
      new Drafts(() => `key-${(keys += 1)}`, draftShelf(userId, from));
    return { kept, open };
  }

  it("are there with their key, which keeps what was sent already from going out twice", () => {
    const { open } = tab();
    const { key } = open().write("one", "reply", { text: "Hello", identityId: "idn_1", quickReplies: ["Yes"] });
    const drafts = open();
    expect(drafts.get("one", "reply")).toMatchObject({
      text: "Hello",
      identityId: "idn_1",
      quickReplies: ["Yes"],
      key,
    });
    expect(drafts.get("one", "note").text).toBe("");
  });

  it("name the files that are not kept until others are attached, and are another message without them", () => {
    const { open } = tab();
    const { key } = open().write("one", "reply", { text: "See the picture", files: [attached("a")] });
    const again = open().get("one", "reply");
    expect(again).toMatchObject({ text: "See the picture", files: [], lost: ["a.png"] });
    expect(again.key).not.toBe(key);
    const drafts = open();
    expect(drafts.write("one", "reply", { text: "See it" }).lost).toEqual(["a.png"]);
    expect(drafts.write("one", "reply", { files: [attached("b")] }).lost).toEqual([]);
  });

  it("are gone once taken, emptied or signed out of, and are nobody else's", () => {
    const { kept, open } = tab();
    const drafts = open();
    drafts.taken("one", "reply", drafts.write("one", "reply", { text: "Hello" }).key);
    expect(kept.size).toBe(0);
    drafts.write("two", "note", { text: "between us" });
    expect(kept.size).toBe(1);
    drafts.clear();
    expect(kept.size).toBe(0);
    drafts.write("two", "note", { text: "between us" });
    expect(open("otto").get("two", "note").text).toBe("");
    expect(kept.size).toBe(0);
  });

  it("end with the page where storage is forbidden, full, or holds something else", () => {
    const { kept, open } = tab();
    const forbidden = (): never => {
      throw new DOMException("forbidden", "SecurityError");
    };
    expect(open("emma", forbidden).write("one", "reply", { text: "Hello" }).text).toBe("Hello");
    kept.set("switchyard.drafts", "{");
    expect(open().get("one", "reply").text).toBe("");
  });
});
