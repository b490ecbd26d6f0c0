import { describe, expect, it } from "vitest";
import { createFlow, origin } from "../../flow/harness.ts";
import type { Caller } from "../../../functions/caller.ts";
import { run, type FileRequest } from "../../../functions/files/run.ts";
import { limits } from "../../../shared/core/limits.ts";
import { fileLink } from "../../../shared/flow/file-links.ts";
import type { HttpReply } from "../../../shared/flow/http-reply.ts";
import { copyUpload, findUpload } from "../../../shared/flow/uploads.ts";

const agent: Caller = { id: "agent-en", role: "agent" };
const pdf = new TextEncoder().encode("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n");

const upload = (changes: Partial<FileRequest> = {}, headers: Record<string, string> = {}): FileRequest => ({
  method: "POST",
  path: "/v1/files",
  headers: { "content-type": "application/octet-stream", "x-file-name": "Rechnung%20M%C3%A4rz.pdf", ...headers },
  bytes: pdf,
  caller: agent,
  ...changes,
});

const download = (path: string): FileRequest => ({
  method: "GET",
  path,
  headers: {},
  bytes: new Uint8Array(),
  caller: undefined,
});

const read = (reply: Awaited<ReturnType<typeof run>>) => JSON.parse((reply as HttpReply).body);

describe("a file that an agent brings", () => {
  it("gets an id by which a reply names it, and the type that its content has", async () => {
    const { app } = createFlow();
    const reply = await run(upload({}, { "content-type": "image/png" }), app);
    expect(reply.status).toBe(201);
    const { id, ...facts } = read(reply);
    expect(facts).toEqual({ contentType: "application/pdf", bytes: pdf.length, name: "Rechnung März.pdf" });
    expect(id).toMatch(/^fil_[0-9a-z]{26}$/);
    const found = await findUpload(id, app);
    expect(found).toEqual({ id, ...facts });
    expect(await copyUpload(found!, "media/msg_1/0", app)).toBe(true);
    expect(await app.blobs.getBytes("media/msg_1/0", 1_000)).toEqual(pdf);
  });

  it("has an id of its own each time, and none leads anywhere else", async () => {
    const { app } = createFlow();
    const ids = await Promise.all([run(upload(), app), run(upload(), app)]).then((replies) =>
      replies.map((reply) => read(reply).id),
    );
    expect(new Set(ids).size).toBe(2);
    for (const id of ["", "fil_", `fil_${"0".repeat(26)}`, "../bodies/1", `${ids[0]}/../x`, ids[0].toUpperCase()])
      expect(await findUpload(id, app), id).toBeUndefined();
  });

  it("is called what its agent calls it, without a path or anything unseen", async () => {
    const { app } = createFlow();
    const named = async (name: string) =>
      read(await run(upload({}, { "x-file-name": encodeURIComponent(name) }), app)).name;
    expect(await named("C:\\Users\\emma\\scan.pdf")).toBe("scan.pdf");
    expect(await named("../../etc/passwd")).toBe("passwd");
    expect(await named("in\u202Evoice\u0000\r\n.pdf")).toBe("invoice.pdf");
    expect(await named("請求書.pdf")).toBe("請求書.pdf");
    expect(await named("invoice.html")).toBe("invoice.html.pdf");
  });

  it.each<[string, FileRequest, number, RegExp]>([
    ["without a name", upload({ headers: {} }), 400, /x-file-name/],
    ["with a name that can't be read", upload({}, { "x-file-name": "%ff" }), 400, /x-file-name/],
    ["with a name of nothing", upload({}, { "x-file-name": "%20%2F" }), 400, /x-file-name/],
    ["with a name too long", upload({}, { "x-file-name": "x".repeat(201) }), 400, /200 characters/],
    ["that is empty", upload({ bytes: new Uint8Array() }), 400, /empty/],
    ["that is too large", upload({ bytes: new Uint8Array(limits.maxUploadBytes + 1) }), 413, /4194304 bytes/],
    [
      "that is text in another encoding than UTF-8",
      upload({ bytes: new TextEncoder().encode("caf\uFFFD") }, { "content-type": "text/csv" }),
      400,
      /application\/octet-stream/,
    ],
    ["of somebody without a role", upload({ caller: undefined }), 403, /no role/],
    [
      "of a service without the scope",
      upload({ caller: { id: "shop", role: "service", scopes: ["customers:read"], queueIds: ["*"] } }),
      403,
      /messages:write/,
    ],
  ])("is refused %s, and leaves nothing", async (_, request, status, says) => {
    const { app, blobs } = createFlow();
    const reply = await run(request, app);
    expect(reply.status).toBe(status);
    expect((reply as HttpReply).headers["content-type"]).toContain("application/problem+json");
    expect((reply as HttpReply).body).toMatch(says);
    expect(blobs.objects.size).toBe(0);
  });

  it("may be as large as was said, and text in UTF-8", async () => {
    const { app } = createFlow();
    expect((await run(upload({ bytes: new Uint8Array(limits.maxUploadBytes) }), app)).status).toBe(201);
    const text = upload(
      { bytes: new TextEncoder().encode("a;b\n1;ä\n") },
      { "content-type": "text/csv;charset=utf-8" },
    );
    expect(read(await run(text, app)).contentType).toBe("text/csv");
  });
});

describe("a link to a file", () => {
  const macOf = (path: string): Buffer => Buffer.from(path.split(".")[1] ?? "", "base64url");
  const file = { key: "media/msg_1/0", contentType: "application/pdf", name: "Rechnung (März).pdf" };

  async function linked() {
    const flow = createFlow();
    await flow.blobs.putBytes(file.key, pdf);
    const link = await fileLink(file, flow.app);
    return { ...flow, link, path: new URL(link).pathname };
  }

  it("leads to it for longer than a provider's queue waits, without a sign-in, as a download", async () => {
    const { app, clock, link, path } = await linked();
    expect(link.startsWith(`${origin}/files/`)).toBe(true);
    await clock.advance(4 * 60 * 60 * 1000);
    const reply = await run(download(path), app);
    expect(reply).toEqual({
      status: 200,
      headers: {
        "content-type": "application/pdf",
        "content-disposition":
          "attachment; filename=\"Rechnung (M_rz).pdf\"; filename*=UTF-8''Rechnung%20%28M%C3%A4rz%29.pdf",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": "private, no-store",
      },
      bytes: pdf,
    });
  });

  it("tells what the file is to whoever asks before fetching it", async () => {
    const { app, path } = await linked();
    const asked = await run({ ...download(path), method: "HEAD" }, app);
    expect(asked).toEqual({ ...(await run(download(path), app)), bytes: new Uint8Array() });
  });

  it("ends", async () => {
    const { app, clock, path } = await linked();
    await clock.advance(limits.outboundFileLinkMs - 1);
    expect((await run(download(path), app)).status).toBe(200);
    await clock.advance(1);
    expect((await run(download(path), app)).status).toBe(410);
  });

  it("ends with the file", async () => {
    const { app, blobs, path } = await linked();
    await blobs.remove(file.key);
    expect((await run(download(path), app)).status).toBe(410);
  });

  it("can't be made by anybody else, nor lead elsewhere by a changed character", async () => {
    const { app, path, secrets } = await linked();
    for (let position = "/files/".length; position < path.length; position += 1) {
      const other = path[position] === "A" ? "B" : "A";
      const changed = path.slice(0, position) + other + path.slice(position + 1);
      const reply = await run(download(changed), app);
      // The last character's spare bits are no part of the signature.
      const isSame = position === path.length - 1 && macOf(changed).equals(macOf(path));
      expect(reply.status, changed).toBe(isSame ? 200 : 404);
    }
    for (const token of ["", ".", "a.b", `${path.slice(7)}.`, `${path.slice(7)}.x`, "%2e%2e/uploads/1", "null.AAAA"])
      expect((await run(download(`/files/${token}`), app)).status, token).toBe(404);
    secrets["signing"] = { signingKey: "another signing key of another company" };
    expect((await run(download(path), app)).status).toBe(404);
  });

  it("holds while the key is rotated", async () => {
    const { app, path, secrets } = await linked();
    const { signingKey } = secrets["signing"] as { signingKey: string };
    secrets["signing"] = { signingKey: "the next signing key of these tests", previousSigningKey: signingKey };
    expect((await run(download(path), app)).status).toBe(200);
  });
});
