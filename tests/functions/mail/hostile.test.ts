import { describe, expect, it } from "vitest";
import { hostileMails } from "../../../bench/mail/hostile.ts";
import { limits } from "../../../shared/core/limits.ts";
import { createWorld } from "./world.ts";

/** A few seconds each: their lines are as many as may be. */
const slow = new Set([
  "30 MB of text",
  "30 MB of empty lines",
  "500,000 quoted lines and answers",
  "1 MB of header words",
]);
const names = Object.keys(hostileMails).filter((name) => process.env["SWITCHYARD_FULL"] || !slow.has(name));

describe("a hostile mail is one sane message", () => {
  it.each(names)("%s", async (name) => {
    const world = createWorld();
    const { message, failed } = await world.mail(hostileMails[name]!());
    expect(failed).toStrictEqual([]);
    expect(world.queued).toHaveLength(1);
    // "1,000,000 header fields" has its From field behind all that is kept; then the envelope says who it was.
    expect(message.from).toBe("anna@customers.example");
    expect(message.inboxId).toBe("support");
    expect(message.text.length).toBeLessThanOrEqual(limits.maxMailTextCharacters);
    expect(message.subject?.length ?? 0).toBeLessThanOrEqual(limits.maxMailSubjectCharacters);
    expect(message.media.length).toBeLessThanOrEqual(limits.maxMailAttachments + 1);
    expect(message.references?.length ?? 0).toBeLessThanOrEqual(limits.maxMailReferences);
    for (const { key } of message.media) expect(world.objects.has(key!)).toBe(true);
    const html = (await world.text(message.html?.key)) ?? "";
    expect(html.length).toBeLessThanOrEqual(12 * limits.maxMailHtmlCharacters);
  });
});
