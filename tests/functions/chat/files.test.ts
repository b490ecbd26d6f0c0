import { beforeEach, describe, expect, it } from "vitest";
import { run as files } from "../../../functions/files/run.ts";
import type { ChatFile } from "../../../shared/channels/web/frames.ts";
import { limits } from "../../../shared/core/limits.ts";
import type { Flow } from "../../flow/harness.ts";
import { upload } from "../api/world.ts";
import { type ChatUnderTest, heldChat, type HeldChat, openChat } from "./harness.ts";

/* Files that an agent sends into a chat: under links, which each hello makes anew. */

const picture = new Uint8Array([137, 80, 78, 71]);
let flow: Flow;
let chat: ChatUnderTest;
let reply: HeldChat["reply"];

beforeEach(async () => {
  ({ flow, chat, reply } = await heldChat("Hello, could you please show me the way?"));
});

const comeBack = (): Promise<ChatUnderTest> => openChat(flow, { tokens: [chat.hello().sessionToken] });

const fetched = ({ url }: ChatFile) =>
  files(
    { method: "GET", path: new URL(url).pathname, headers: {}, bytes: new Uint8Array(), caller: undefined },
    flow.app,
  );

const shown = { name: "map.png", contentType: "image/png", bytes: 4, url: expect.stringMatching(/^https:.*\/files\//) };

describe("a reply with files", () => {
  it("is one frame with all of them, each under a link that leads to it", async () => {
    const map = await upload({ flow }, { content: picture });
    const plan = await upload({ flow }, { contentType: "application/pdf", name: "plan.pdf" });
    const messageId = await reply({ text: "Here it is.", media: [map, plan] });
    const told = chat.told("message");
    expect(told).toEqual([
      {
        type: "message",
        messageId,
        text: "Here it is.",
        media: [shown, { name: "plan.pdf", contentType: "application/pdf", bytes: 3, url: expect.any(String) }],
        at: expect.any(String),
      },
    ]);
    expect(await fetched(told[0]!.media![0]!)).toMatchObject({
      status: 200,
      headers: { "content-type": "image/png", "x-content-type-options": "nosniff" },
      bytes: picture,
    });
  });

  it("may have no text", async () => {
    await reply({ media: [await upload({ flow }, { content: picture })] });
    expect(chat.told("message")).toMatchObject([{ text: "", media: [shown] }]);
  });

  it("is in the next hello with links of its own, when the first ones have ended", async () => {
    await reply({ text: "Here it is.", media: [await upload({ flow }, { content: picture })] });
    const [before] = chat.told("message")[0]!.media!;
    await flow.advance(limits.outboundFileLinkMs);
    expect((await fetched(before!)).status).toBe(410);
    const { history } = (await comeBack()).hello();
    expect(history.map(({ media }) => media)).toEqual([undefined, [shown]]);
    expect((await fetched(history[1]!.media![0]!)).status).toBe(200);
  });

  it("that is handed over while the chat comes back has its files wherever it is told", async () => {
    await chat.disconnect();
    const { audience } = flow.stores.chats;
    let back: ChatUnderTest | undefined;
    flow.stores.chats.audience = async (identityId) => {
      flow.stores.chats.audience = audience;
      const before = await audience(identityId);
      back = await comeBack();
      return before;
    };
    const messageId = await reply({ media: [await upload({ flow }, { content: picture })] });
    const told = [...back!.hello().history, ...back!.told("message")].filter((entry) => entry.messageId === messageId);
    expect(told.map(({ media }) => media)).toEqual([[shown]]);
  });

  it("does not make the hello larger than a frame may be", async () => {
    for (let count = 0; count < 12; count += 1) {
      const media = await Promise.all(
        Array.from({ length: limits.maxReplyFiles }, () => upload({ flow }, { name: "灯".repeat(200) })),
      );
      await reply({ text: `Album ${count}`, media });
    }
    const { history } = (await comeBack()).hello();
    // With the commas and brackets around the entries.
    expect(Buffer.byteLength(JSON.stringify(history))).toBeLessThanOrEqual(limits.maxChatHistoryBytes + 100);
    expect(history.length).toBeLessThan(12);
    expect(history.at(-1)).toMatchObject({ text: "Album 11" });
    for (const { text, media } of history.filter(({ direction }) => direction === "out"))
      expect(media, text).toHaveLength(limits.maxReplyFiles);
  });
});
