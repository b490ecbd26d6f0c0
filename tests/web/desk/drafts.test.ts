import { describe, expect, it } from "vitest";
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
