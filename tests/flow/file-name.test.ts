import { describe, expect, it } from "vitest";
import { fittingName } from "../../shared/flow/file-name.ts";

const kindOf = (extension?: string) => ({ contentType: "application/octet-stream", ...(extension && { extension }) });

describe("a file's name", () => {
  it.each([
    ["p.html", "png", "p.html.png"],
    ["p.HTML", "png", "p.HTML.png"],
    ["p.html.", "png", "p.html..png"],
    ["p.html . .", "png", "p.html . ..png"],
    ["invoice.pdf", "exe", "invoice.pdf.exe"],
    ["photo.png", "jpg", "photo.png.jpg"],
    ["Scan 12.05.2026", "png", "Scan 12.05.2026.png"],
    ["page.html", "zip", "page.html.zip"],
    ["page.html", "xml", "page.html.xml"],
    [`${"x".repeat(195)}.html`, "png", `${"x".repeat(195)}..png`],
    [`${"😀".repeat(98)}.htm`, "png", `${"😀".repeat(98)}.png`],
    [`.${"😀".repeat(99)}h`, "png", `.${"😀".repeat(97)}.png`],
  ])("gets the ending of its content after one of another kind: %s on %s", (name, extension, fitting) => {
    expect(fittingName(name, kindOf(extension))).toBe(fitting);
    expect(fitting.length).toBeLessThanOrEqual(200);
  });

  it.each([
    ["photo.jpg", "jpg"],
    ["PHOTO.JPEG", "jpg"],
    ["film.m4v", "mp4"],
    ["voice.oga", "opus"],
    ["letter.docx", "docx"],
    ["letter.docx", "zip"],
    ["letter.doc", "cfb"],
    ["letter.doc", "rtf"],
    ["track.gpx", "xml"],
    ["drawing.svg", "xml"],
    ["backup.tar.gz", "tar.gz"],
    ["backup.tgz", "gz"],
    ["passwd", "pdf"],
    [".pdf", "pdf"],
    ["page.html", undefined],
  ])("stays as it is where it says what the content is, or nothing: %s on %s", (name, extension) => {
    expect(fittingName(name, kindOf(extension))).toBe(name);
  });
});
