import { describe, expect, test } from "vitest";
import { createWorld, holder, type World } from "../functions/api/world.ts";
import { createClient, NoAnswer } from "../../shared/client/index.ts";
import { supervisor } from "../flow/harness.ts";
import type { Caller } from "../../functions/api/routes.ts";

/** A network that ends in the router's own function, and can lose answers. */
function networkOf({ flow }: World, caller: Caller) {
  const seen: { method: string; path: string; headers: Headers }[] = [];
  const network = { losesAnswers: 0, seen };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname, search } = new URL(String(input));
    const headers = new Headers(init?.headers);
    const method = init?.method ?? "GET";
    seen.push({ method, path: pathname + search, headers });
    const reply = await flow.request(
      caller,
      method,
      pathname + search,
      init?.body ?? undefined,
      Object.fromEntries(headers),
    );
    if (network.losesAnswers > 0) {
      network.losesAnswers -= 1;
      throw new TypeError("fetch failed");
    }
    return new Response(reply.body, { status: reply.status, headers: reply.headers });
  };
  const client = createClient({ baseUrl: "https://router.example/", token: async () => "the-token", fetch });
  return { client, network };
}

describe("a client", () => {
  test("calls operations by name, with path, query and body in their places", async () => {
    const world = await createWorld();
    const { client, network } = networkOf(world, holder);
    const conversation = await client.getConversation({ id: world.conversationId });
    expect(conversation.status).toBe("assigned");
    const page = await client.listMessages({ id: conversation.id, query: { limit: 1 } });
    expect(page.items).toHaveLength(1);
    await client.setPresence({ id: "agent-en", body: { status: "away", reason: "lunch" } });
    expect(network.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /v1/conversations/${conversation.id}`,
      `GET /v1/conversations/${conversation.id}/messages?limit=1`,
      "PUT /v1/agents/agent-en/presence",
    ]);
    expect(network.seen[2]!.headers.get("authorization")).toBe("Bearer the-token");
    expect(network.seen[2]!.headers.get("content-type")).toBe("application/json");
  });

  test("sends a file as it is, with its name", async () => {
    const file = Uint8Array.from([0x25, 0x50, 0x44, 0x46, 0xff]);
    const seen: RequestInit[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      expect(String(input)).toBe("https://router.example/v1/files");
      seen.push(init!);
      return Response.json(
        { id: "fil_1", contentType: "application/pdf", bytes: 5, name: "März.pdf" },
        { status: 201 },
      );
    };
    const client = createClient({ baseUrl: "https://router.example", token: "the-token", fetch });
    const uploaded = await client.uploadFile({ file, contentType: "application/pdf", name: "März.pdf" });
    expect(uploaded.id).toBe("fil_1");
    const [{ method, headers, body }] = seen as [RequestInit];
    expect([method, body]).toEqual(["POST", file]);
    expect(headers).toMatchObject({ "content-type": "application/pdf", "x-file-name": "M%C3%A4rz.pdf" });
  });

  test("reads what is text as text", async () => {
    const world = await createWorld();
    const { client } = networkOf(world, holder);
    const text = await client.getText({ id: world.conversationId, messageId: world.mailId });
    expect(text).toBe("See the invoice.\n> What do I owe you?");
  });

  test("goes through all pages, one item after the other, and fetches no page that nobody asked for", async () => {
    const world = await createWorld();
    const { client, network } = networkOf(world, supervisor);
    const ids: string[] = [];
    for await (const agent of client.all("listAgents", { query: { limit: 1 } })) ids.push(agent.id);
    expect(ids).toEqual(["agent-de", "agent-en"]);
    expect(network.seen).toHaveLength(2);
    for await (const agent of client.all("listAgents", { query: { limit: 1 } })) {
      expect(agent.id).toBe("agent-de");
      break;
    }
    expect(network.seen).toHaveLength(3);
  });

  test("throws what the router refuses, with reason, fields and alternatives", async () => {
    const world = await createWorld();
    const { client } = networkOf(world, supervisor);
    await world.flow.text("One more thing.");
    const resolving = client.resolveConversation({ id: world.conversationId, body: { messageVersion: 1 } });
    await expect(resolving).rejects.toMatchObject({ name: "ApiProblem", status: 409, reason: "newer-message" });
    const wrong = client.snoozeConversation({ id: world.conversationId, body: { until: "later" } });
    await expect(wrong).rejects.toMatchObject({ status: 400, errors: [{ field: "until" }] });
  });

  test("throws what stands before the router refuses, too", async () => {
    const fetch = async () => new Response('{"message":"Unauthorized"}', { status: 401 });
    const client = createClient({ baseUrl: "https://router.example", token: "t", fetch });
    await expect(client.listQueues()).rejects.toMatchObject({
      name: "ApiProblem",
      status: 401,
      message: "Unauthorized",
    });
    const broken = createClient({
      baseUrl: "https://router.example",
      token: "t",
      fetch: async () => new Response("<html>Bad gateway</html>", { status: 502 }),
    });
    await expect(broken.listQueues()).rejects.toMatchObject({ status: 502, message: "The router answered 502." });
  });

  test("makes a key for each message; where no answer came, the error has it, and the same call again writes nothing twice", async () => {
    const world = await createWorld();
    const { client, network } = networkOf(world, holder);
    network.losesAnswers = 1;
    const request = { id: world.conversationId, body: { text: "On its way." } };
    const lost = await client.writeMessage(request).catch((error: unknown) => error);
    expect(lost).toBeInstanceOf(NoAnswer);
    const { idempotencyKey } = lost as NoAnswer;
    const message = await client.writeMessage({ ...request, idempotencyKey });
    const written = await client.listMessages({ id: world.conversationId });
    expect(written.items.filter(({ text }) => text === "On its way.").map(({ id }) => id)).toContain(message.id);
    expect(network.seen.filter(({ method }) => method === "POST")).toHaveLength(2);
    const other = await client.writeMessage(request);
    expect(other.id).not.toBe(message.id);
  });

  test("tries nothing again by itself", async () => {
    const world = await createWorld();
    const { client, network } = networkOf(world, holder);
    network.losesAnswers = 1;
    await expect(client.listOffers()).rejects.toBeInstanceOf(NoAnswer);
    expect(network.seen).toHaveLength(1);
  });

  test("lets a caller give up", async () => {
    const controller = new AbortController();
    const fetch: typeof globalThis.fetch = async (_, init) => {
      controller.abort();
      init?.signal?.throwIfAborted();
      return new Response();
    };
    const client = createClient({ baseUrl: "https://router.example", token: "t", fetch });
    await expect(client.listQueues({ signal: controller.signal })).rejects.toMatchObject({ name: "AbortError" });
  });
});
