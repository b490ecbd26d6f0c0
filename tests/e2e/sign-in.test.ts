import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { apiAt } from "./api.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";
import { signIn } from "./sign-in.ts";

let cloud: CloudUnderTest;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud?.stop());

test("an agent signs in, opens a socket with a ticket, and hears of a text at once; a ticket is good once", async () => {
  const token = await signIn(cloud.baseUrl, "agent-en");
  const api = apiAt(cloud.baseUrl, { me: token });
  expect((await api("me", "PUT", "/agents/agent-en/presence", { status: "available" })).status).toBe(200);
  const { body: ticket } = await api("me", "POST", "/socket-tickets");
  expect(ticket.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/live\?ticket=/);
  const socket = new WebSocket(ticket.url);
  const notices: { type: string; conversationId: string }[] = [];
  socket.on("message", (data: Buffer) => notices.push(JSON.parse(data.toString())));
  await once(socket, "open");
  await cloud.text("+447700900101", "Hello, could you help me with my invoice please?");
  const notice = await until("a notice", () => notices[0]);
  const { body: conversation } = await api("me", "GET", `/conversations/${notice.conversationId}`);
  expect(conversation).toMatchObject({ agentId: "agent-en" });

  const again = new WebSocket(ticket.url);
  const [, refusal] = (await once(again, "unexpected-response")) as [unknown, { statusCode: number }];
  expect(refusal.statusCode).toBe(403);
  again.on("error", () => {});
  again.terminate();
  socket.close();
});

test("a token is good for an hour of the virtual clock; printed ones for years", async () => {
  const api = apiAt(cloud.baseUrl, {
    me: await signIn(cloud.baseUrl, "supervisor"),
    printed: cloud.tokens["supervisor"]!,
  });
  expect((await api("me", "GET", "/queues")).status).toBe(200);
  await cloud.clock.advance(61 * 60_000);
  const late = await api("me", "GET", "/queues");
  expect(late.status).toBe(401);
  expect(late.headers.get("www-authenticate")).toContain("the token has expired");
  expect((await api("printed", "GET", "/queues")).status).toBe(200);
});

test("a desk that is opened by the machine's other name is sent to the one that sign-in knows", async () => {
  const { port } = new URL(cloud.baseUrl);
  const response = await fetch(`http://localhost:${port}/desk?x=1`, { redirect: "manual" });
  expect(response.status).toBe(307);
  expect(response.headers.get("location")).toBe(`${cloud.baseUrl}/desk?x=1`);
});
