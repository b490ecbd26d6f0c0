import { describe, expect, it } from "vitest";
import { frameOf } from "../../../web/desk/state/live.ts";

describe("a frame of the socket", () => {
  it.each([
    { type: "message", conversationId: "cnv_1", messageId: "msg_1" },
    { type: "viewers", conversationId: "cnv_1", viewers: [{ agentId: "emma", typing: true }] },
    { type: "typing", conversationId: "cnv_1" },
  ])("is read when it names a conversation: $type", (frame) => {
    expect(frameOf(JSON.stringify(frame))).toEqual(frame);
  });

  it.each(["", "no JSON", "null", "[]", '{"type":"pong"}', '{"type":"news","conversationId":"cnv_1"}'])(
    "is none of the desk's else: %j",
    (frame) => {
      expect(frameOf(frame)).toBeUndefined();
    },
  );
});
