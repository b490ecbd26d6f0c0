import { describe, expect, it } from "vitest";
import type { LookupRequest } from "../../../shared/channels/channel.ts";
import { instagram } from "../../../shared/channels/instagram/index.ts";
import { messenger } from "../../../shared/channels/messenger/index.ts";
import { limits } from "../../../shared/core/limits.ts";
import { HttpNotSent, HttpOutcomeUnknown, type HttpAnswer } from "../../../shared/ports/http.ts";
import { FakeHttp, portsWith } from "../../contracts/channel.ts";
import { graphError } from "../meta/samples.ts";
import { answer } from "../samples.ts";
import { at, instagramSubject, messengerSubject, secret, sendRequest } from "./samples.ts";

const subjects = [
  { name: "messenger", channel: messenger, subject: messengerSubject, node: "1200000000000001" },
  { name: "instagram", channel: instagram, subject: instagramSubject, node: "me" },
];

const provenAt = at + limits.sendAbsenceProvenAfterMs;

describe.each(subjects)("the look-up on $name", ({ channel, subject, node }) => {
  const request: LookupRequest = {
    ...sendRequest(subject),
    attemptedAt: at,
    now: provenAt,
    isTaken: async (providerId) => providerId.startsWith("m_taken"),
  };
  const listed = (id: string, text: string | undefined, afterMs = 1_000, from = subject.inbox.address) => ({
    id,
    created_time: new Date(at + afterMs).toISOString().replace(/\.\d+Z$/, "+0000"),
    from: { id: from },
    message: text,
  });
  const theirs = listed("m_theirs", request.text, 500, subject.customer);
  const conversation = (messages: unknown[], paging: object = {}): HttpAnswer =>
    answer(200, { data: [{ id: "t_1", messages: { data: messages, paging } }] });
  const lookUp = (reply: HttpAnswer, change: Partial<LookupRequest> = {}) =>
    channel.lookup({ ...request, ...change }, portsWith({ http: new FakeHttp(() => reply) }));
  const undecided = { outcome: "undecided", reason: expect.stringMatching(/\S/) };

  it("asks for the last messages with this customer", async () => {
    const http = new FakeHttp(() => conversation([]));
    await channel.lookup(request, portsWith({ http }));
    const { origin, pathname, searchParams } = new URL(http.calls[0]!.url);
    expect(origin + pathname).toBe(`https://graph.facebook.com/v23.0/${node}/conversations`);
    expect(Object.fromEntries(searchParams)).toStrictEqual({
      platform: subject.channel,
      user_id: subject.customer,
      fields: "messages.limit(20){id,created_time,from,message}",
    });
  });

  it("finds the one message of that time and text that nobody else owns", async () => {
    const list = conversation([theirs, listed("m_it", ` ${request.text}\n`), listed("m_taken", request.text)]);
    expect(await lookUp(list)).toStrictEqual({ outcome: "found", providerId: "m_it", status: "sent" });
  });

  it("finds a file by its having no text", async () => {
    const media = [
      {
        url: "https://messages.example.com/files/t",
        contentType: "image/png",
        bytes: 1,
        name: "a",
        read: async () => undefined,
      },
    ];
    const list = conversation([theirs, listed("m_it", undefined)]);
    expect(await lookUp(list, { text: "", media })).toMatchObject({ outcome: "found", providerId: "m_it" });
  });

  it("proves that it is not there, once it would be", async () => {
    const list = conversation([
      theirs,
      listed("m_taken", "Another of ours"),
      listed("m_before", request.text, -60_000),
    ]);
    expect(await lookUp(list)).toStrictEqual({ outcome: "absent" });
    expect(await lookUp(list, { now: provenAt - 1 })).toStrictEqual(undecided);
  });

  it("proves it by a longer list only where that goes back to before the attempt", async () => {
    const twenty = Array.from({ length: 20 }, (_, index) =>
      listed(`m_taken${index}`, "Another of ours", 19_000 - index * 1_000),
    );
    expect(await lookUp(conversation(twenty))).toStrictEqual(undecided);
    expect(await lookUp(conversation(twenty.slice(1), { next: "https://graph.facebook.com/next" }))).toStrictEqual(
      undecided,
    );
    const reaching = [...twenty.slice(1), listed("m_before", "Before", -6_000)];
    expect(await lookUp(conversation(reaching))).toStrictEqual({ outcome: "absent" });
  });

  it.each([
    ["two look alike", [listed("m_one", request.text), listed("m_two", request.text)]],
    ["one of ours has another text and no owner", [listed("m_one", "Shortened by the provider")]],
    ["a message is hidden", [{ id: "m_hidden" }]],
    ["a time can't be read", [{ ...listed("m_one", request.text), created_time: "today" }]],
  ])("decides nothing where %s", async (_, messages) => {
    expect(await lookUp(conversation(messages))).toStrictEqual(undecided);
  });

  it.each([
    ["no conversation is listed", answer(200, { data: [] })],
    ["another's is listed beside it", answer(200, { data: [{ messages: { data: [] } }, { messages: { data: [] } }] })],
    ["the list is no list", answer(200, "<html>")],
    ["the list is refused", answer(400, graphError(190))],
  ])("decides nothing where %s", async (_, reply) => {
    expect(await lookUp(reply)).toStrictEqual(undecided);
  });

  it.each([new HttpNotSent("refused"), new HttpOutcomeUnknown("time-out")])(
    "decides nothing after %s",
    async (error) => {
      const http = new FakeHttp(() => {
        throw error;
      });
      expect(await channel.lookup(request, portsWith({ http }))).toStrictEqual(undecided);
    },
  );

  it("decides nothing without a token, and asks nobody", async () => {
    const without = { ...request, secret: { ...secret, accessTokens: {} } };
    expect(await channel.lookup(without, portsWith({}))).toStrictEqual(undecided);
  });
});
