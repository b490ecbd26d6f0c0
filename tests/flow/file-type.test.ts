import { describe, expect, it } from "vitest";
import { fileKindOf } from "../../shared/flow/file-type.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const bytes = (...parts: (number[] | string)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...text(part)] : part)));
const padding: number[] = Array.from({ length: 64 }, () => 0);

const jpeg = bytes([0xff, 0xd8, 0xff, 0xe0, 0, 16], "JFIF", padding);
const mp4 = bytes([0, 0, 0, 24], "ftypisom", [0, 0, 2, 0], "isomiso2", padding);
const voice = bytes(
  "OggS",
  [0, 2],
  Array.from({ length: 20 }, () => 0),
  [1, 19],
  "OpusHead",
  padding,
);

describe("what a file is", () => {
  it.each<[string, Uint8Array, string | undefined, string, string]>([
    ["a photograph", jpeg, "image/jpeg", "image/jpeg", "jpg"],
    ["a photograph that is called something else", jpeg, "application/pdf", "image/jpeg", "jpg"],
    ["a photograph of which nothing is said", jpeg, undefined, "image/jpeg", "jpg"],
    ["an animation", bytes("GIF89a", padding), "image/gif", "image/gif", "gif"],
    ["a sticker", bytes("RIFF", [36, 0, 0, 0], "WEBPVP8 ", padding), "image/webp", "image/webp", "webp"],
    ["a film", mp4, "video/mp4", "video/mp4", "mp4"],
    ["a voice message", voice, "audio/ogg", "audio/ogg; codecs=opus", "opus"],
    ["a voice message of an old phone", bytes("#!AMR\n", padding), "audio/amr", "audio/amr", "amr"],
    ["a document", text("%PDF-1.7\n1 0 obj\n"), "application/octet-stream", "application/pdf", "pdf"],
    ["a contact", text("BEGIN:VCARD\nFN:Anna\n"), "text/plain", "text/vcard", "vcf"],
    ["an archive", bytes("PK", [5, 6], padding), "application/pdf", "application/zip", "zip"],
    ["a program", bytes("MZ", padding), "image/png", "application/x-msdownload", "exe"],
  ])("is told by its content: %s", async (_, content, declared, contentType, extension) => {
    expect(await fileKindOf(content, declared)).toEqual({ contentType, extension });
  });

  it.each<[string, Uint8Array, string | undefined, string]>([
    ["a table", text("a;b\n1;ä\n"), "text/csv; charset=utf-8", "text/csv"],
    ["a page, which is shown to nobody but as a download", text("<!doctype html><b>"), "text/html", "text/html"],
    ["data", text('{"a":1}'), "Application/JSON", "application/json"],
    ["a page that is called a picture", text("<!doctype html><script>"), "image/png", "application/octet-stream"],
    ["a page of which nothing is said", text("<!doctype html><script>"), undefined, "application/octet-stream"],
    ["bytes that are called a text", bytes("abc", [0, 1, 2]), "text/plain", "application/octet-stream"],
    ["text that is no UTF-8", bytes("caf", [0xe9], " au lait"), "text/plain", "application/octet-stream"],
    ["nothing", new Uint8Array(), "image/png", "application/octet-stream"],
    ["a type that is none", text("hello"), "text/plain\r\nx: y", "application/octet-stream"],
  ])("is believed of a text alone: %s", async (_, content, declared, contentType) => {
    expect(await fileKindOf(content, declared)).toEqual({ contentType });
  });

  it("is told of a long text, though a character lies across where reading ends", async () => {
    const content = text(`${"a".repeat(4095)}${"ä".repeat(100)}`);
    expect(await fileKindOf(content, "text/plain")).toEqual({ contentType: "text/plain" });
  });
});
