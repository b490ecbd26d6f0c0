import { describe, expect, it } from "vitest";
import type { SendRequest } from "../../../shared/channels/channel.ts";
import { instagram } from "../../../shared/channels/instagram/index.ts";
import { messenger } from "../../../shared/channels/messenger/index.ts";
import { MediaRefused } from "../../../shared/ports/media.ts";
import { FakeHttp, portsWith } from "../../contracts/channel.ts";
import { graphError } from "../meta/samples.ts";
import { answer, sendId } from "../samples.ts";
import { instagramSubject, messengerSubject, secret, sendRequest } from "./samples.ts";

const file = { url: "https://messages.example.com/files/t", bytes: 10, name: "a", read: async () => undefined };

const subjects = [
  {
    name: "messenger",
    channel: messenger,
    subject: messengerSubject,
    node: "1200000000000001",
    token: "token-of-the-page",
  },
  {
    name: "instagram",
    channel: instagram,
    subject: instagramSubject,
    node: "me",
    token: "token-of-the-page-behind-instagram",
  },
];

describe.each(subjects)("a send by $name", ({ channel, subject, node, token }) => {
  const send = async (
    change: Partial<SendRequest> = {},
    reply = answer(200, { recipient_id: "1", message_id: "m_sent" }),
  ) => {
    const http = new FakeHttp(() => reply);
    const result = await channel.send({ ...sendRequest(subject), ...change }, portsWith({ http, clock: http.clock }));
    return { result, calls: http.calls };
  };
  const sent = async (change: Partial<SendRequest>): Promise<unknown> =>
    JSON.parse((await send(change)).calls[0]!.body ?? "");

  it("hands the text over with our id, under the inbox's own token", async () => {
    const { result, calls } = await send();
    expect(result).toStrictEqual({ outcome: "sent", providerId: "m_sent" });
    expect(calls).toMatchObject([
      {
        method: "POST",
        url: `https://graph.facebook.com/v23.0/${node}/messages`,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      },
    ]);
    expect(JSON.parse(calls[0]!.body ?? "")).toStrictEqual({
      recipient: { id: subject.customer },
      messaging_type: "RESPONSE",
      message: { text: "It is on its way – 10 €", metadata: sendId },
    });
  });

  it("says that a person answers late", async () => {
    expect(await sent({ asHumanAgent: true })).toMatchObject({ messaging_type: "MESSAGE_TAG", tag: "HUMAN_AGENT" });
  });

  it("offers answers to choose from", async () => {
    expect(await sent({ quickReplies: ["Yes", "No"] })).toMatchObject({
      message: {
        text: "It is on its way – 10 €",
        quick_replies: [
          { content_type: "text", title: "Yes", payload: "Yes" },
          { content_type: "text", title: "No", payload: "No" },
        ],
      },
    });
  });

  it.each([
    ["image/png", "image"],
    ["video/mp4", "video"],
    ["audio/mp4", "audio"],
    ["application/pdf", "file"],
  ])("sends a file of %s as %s, by its link", async (contentType, type) => {
    expect(await sent({ text: "", media: [{ ...file, contentType }] })).toMatchObject({
      message: { attachment: { type, payload: { url: file.url, is_reusable: false } }, metadata: sendId },
    });
  });

  it.each([
    [10, 2018278, "window-closed"],
    [10, 2534022, "window-closed"],
    [551, 1545041, "unavailable"],
    [200, 1545041, "unavailable"],
    [100, 2018109, "file-too-large"],
    [2018300, undefined, "in-other-hands"],
    [100, 2534041, "refused"],
    [200, 2534041, "not-permitted"],
    [613, 2018338, "too-many-late-answers"],
  ])("is refused by %s/%s as %s", async (code, subcode, ours) => {
    const { result } = await send({}, answer(400, graphError(code, subcode)));
    expect(result).toMatchObject({ outcome: "refused", error: { code: ours } });
    expect(result).not.toHaveProperty("error.consequence");
  });

  it("is remembered at the address where nobody is behind it", async () => {
    for (const subcode of [2018001, 2534014])
      expect((await send({}, answer(400, graphError(100, subcode)))).result).toMatchObject({
        outcome: "refused",
        error: { code: "unknown-address", consequence: "unreachable" },
      });
  });

  it.each([
    [400, 1],
    [400, 1200],
    [500, 2],
    [500, 1200],
    [500, 999_999],
  ])("is of unknown outcome after %s with code %s", async (status, code) => {
    expect((await send({}, answer(status, graphError(code)))).result).toMatchObject({ outcome: "unknown" });
  });

  // By its code, as Meta advises, since it documents some refusals with a status of 500.
  it.each([
    [500, 10, 2018278, "window-closed"],
    [500, 3, undefined, "not-permitted"],
    [503, 551, undefined, "unavailable"],
  ])("is refused after %s with code %s/%s", async (status, code, subcode, ours) => {
    const { result } = await send({}, answer(status, graphError(code, subcode)));
    expect(result).toMatchObject({ outcome: "refused", error: { code: ours } });
  });

  it.each([
    [400, 4, 2018022],
    [400, 613, 2534040],
    [403, 32, undefined],
  ])("is sent again after %s with code %s/%s", async (status, code, subcode) => {
    expect((await send({}, answer(status, graphError(code, subcode)))).result).toMatchObject({
      outcome: "notSent",
      error: { code: "throttled" },
    });
  });

  it("waits for a token", async () => {
    const { result, calls } = await send({ secret: { ...secret, accessTokens: {} } });
    expect(result).toMatchObject({ outcome: "notSent", error: { code: "no-account" } });
    expect(calls).toHaveLength(0);
  });

  it("finds a customer's file at its link, without our token", async () => {
    const request = { inbox: subject.inbox, secret };
    const media = channel.media!;
    await expect(
      media.locate({ contentType: "image/*", url: "https://cdn.fbsbx.com/1" }, request, portsWith({})),
    ).resolves.toStrictEqual({ url: "https://cdn.fbsbx.com/1", headers: {} });
    await expect(media.locate({ contentType: "image/*" }, request, portsWith({}))).rejects.toThrow(MediaRefused);
    expect(media.credentialHosts).toStrictEqual([]);
  });
});
