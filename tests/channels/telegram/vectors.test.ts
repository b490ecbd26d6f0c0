import { describe, expect, it } from "vitest";
import { disagreements } from "../../../infra/cli/vectors/telegram.ts";
import { message } from "./samples.ts";

const update = { update_id: 1, message: message({ text: "hello" }) };
const same = { text: "message.text", from: "message.chat.id", providerTime: "message.date" };

describe("recorded updates of Telegram's", () => {
  it("agree with what was said of them, or not, by field", () => {
    expect(disagreements(update, { is: "a text", same })).toStrictEqual([]);
    const found = disagreements(update, { is: "?", same: { text: "message.from.first_name", from: "message.date" } });
    expect(found).toStrictEqual(['text is "hello", not "Ada"', 'from is "700100200", not 1793786400']);
    expect(disagreements(update, { is: "?", same: { isQuiet: "message.nothing" } })).toHaveLength(1);
    expect(disagreements({ update_id: 1, poll: {} }, { is: "?", same })).toHaveLength(1);
  });
});
