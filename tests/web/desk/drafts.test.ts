import { describe, expect, it } from "vitest";
import { Drafts } from "../../../web/desk/compose/drafts.ts";

const create = (): Drafts => {
  let keys = 0;
  return new Drafts(() => `key-${(keys += 1)}`);
};

describe("drafts", () => {
  it("keep a note out of the field of the reply, and each conversation's text for itself", () => {
    const drafts = create();
    drafts.write("one", "note", "between us");
    drafts.write("two", "reply", "Hello");
    expect(drafts.get("one", "note").text).toBe("between us");
    expect(drafts.get("one", "reply").text).toBe("");
    expect(drafts.get("two", "reply").text).toBe("Hello");
    expect(drafts.get("two", "note").text).toBe("");
  });

  it("keep their key while the text stays, and get another when it changes", () => {
    const drafts = create();
    const { key } = drafts.write("one", "reply", "Hello");
    expect(drafts.write("one", "reply", "Hello").key).toBe(key);
    expect(drafts.get("one", "reply").key).toBe(key);
    expect(drafts.write("one", "reply", "Hello!").key).not.toBe(key);
  });

  it("get another key when they go to another address: it would be another message", () => {
    const drafts = create();
    const { key } = drafts.write("one", "reply", "Hello");
    const elsewhere = drafts.write("one", "reply", "Hello", "idn_1");
    expect(elsewhere.key).not.toBe(key);
    expect(drafts.write("one", "reply", "Hello", "idn_1").key).toBe(elsewhere.key);
  });

  it("are empty once taken, with another key", () => {
    const drafts = create();
    const { key } = drafts.write("one", "reply", "Hello");
    const after = drafts.taken("one", "reply", key);
    expect(after.text).toBe("");
    expect(after.key).not.toBe(key);
  });

  it("stay when something else was written since", () => {
    const drafts = create();
    const { key } = drafts.write("one", "reply", "Hello");
    drafts.write("one", "reply", "Hello again");
    expect(drafts.taken("one", "reply", key).text).toBe("Hello again");
  });
});
