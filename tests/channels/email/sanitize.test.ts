import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sanitizeHtml } from "../../../shared/channels/email/html/sanitize.ts";
import { startBrowser, type BrowserUnderTest } from "../../e2e/browser.ts";
import { scriptVectors } from "./vectors.ts";

const clean = (html: string): string => sanitizeHtml(html).html;

describe("HTML that comes out", () => {
  it.each([
    ["<p>a <b>b</b><br>c</p>", "<p>a <b>b</b><br>c</p>"],
    ["a < b & c > d \" ' `", "a &lt; b &amp; c &gt; d &quot; &#39; &#96;"],
    ["<p>never <i>closed", "<p>never <i>closed</i></p>"],
    ["<x-y><p>kept</p></x-y>", "<p>kept</p>"],
    ["<td bgcolor=#ff0000 width=50%>x", '<td bgcolor="#ff0000" width="50%">x</td>'],
    ["<p align='left\" onclick=x'>x</p>", "<p>x</p>"],
    ['<p style="color: red; position: fixed; background: url(https://a.example)">x</p>', '<p style="color: red">x</p>'],
    [
      "<p style=\"font-family: 'Segoe UI', sans-serif; color: rgb(1, 2, 3)\">x</p>",
      '<p style="font-family: &#39;Segoe UI&#39;, sans-serif; color: rgb(1, 2, 3)">x</p>',
    ],
    ["<img src=cid:cup@a.example alt=cup>", '<img src="cid:cup@a.example" alt="cup">'],
    ["<img src=/v1/customers>", "<img>"],
    ["<img src=data:image/svg+xml,x>", "<img>"],
    [
      "<a href=mailto:a@b.example>x</a>",
      '<a href="mailto:a@b.example" target="_blank" rel="noopener noreferrer nofollow">x</a>',
    ],
    ["<a href=relative target=_top rel=opener>x</a>", '<a target="_blank" rel="noopener noreferrer nofollow">x</a>'],
    ["<style>p{color:red}</style><title>t</title>x", "x"],
  ])("%s", (html, expected) => {
    expect(clean(html)).toBe(expected);
  });

  it("is texts and plain tags alone, whatever came in: nothing that is open to two readings", () => {
    const part = fc.oneof(
      fc.constantFrom(
        ...scriptVectors,
        "<p>",
        "</p>",
        "<b title='&quot;'>",
        "&lt;",
        "text",
        "<td>",
        "<!--",
        '"',
        "=",
        "/",
      ),
      fc.string({ unit: "binary", maxLength: 6 }),
    );
    const tag = /<(\/?)([a-z0-9]+)((?: [a-z]+="[^"<>'`]*")*)>/g;
    const harmful =
      /^(?:script|style|svg|math|title|textarea|noscript|template|iframe|object|embed|form|input|base|meta|link)$/;
    const single = /^(?:br|col|hr|img|wbr)$/;
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const html = clean(parts.join(""));
        expect(html.replaceAll(tag, "")).not.toMatch(/[<>\0]/);
        let open = 0;
        for (const [, isEnd, name, attributes] of html.matchAll(tag)) {
          expect(name).not.toMatch(harmful);
          expect(attributes!.replaceAll(/"[^"]*"/g, "")).not.toMatch(/ (?:on|srcdoc|id|name|class|formaction)/);
          if (!single.test(name!)) open += isEnd ? -1 : 1;
        }
        expect(open).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it("ends early where it gets too deep, with every element closed", () => {
    const { html, isCut } = sanitizeHtml("<div>".repeat(100_000));
    expect(isCut).toBe(true);
    expect(html.match(/<div>/g)?.length).toBe(html.match(/<\/div>/g)?.length);
  });
});

describe("HTML that comes out, in a browser that would run it", () => {
  let browser: BrowserUnderTest;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  /** The vectors that get `steal` called, each on a page of its own, parsed as a document and put in as markup. */
  async function executed(vectors: string[]): Promise<string[]> {
    const context = await browser.open();
    const page = await context.newPage();
    const found: string[] = [];
    for (const vector of vectors) {
      await page.setContent(
        `<!doctype html><script>window.stolen = 0; function steal() { stolen += 1 }</script>${vector}`,
      );
      const count = await page.evaluate(async (markup) => {
        const place = document.createElement("div");
        document.body.append(place);
        place.innerHTML = markup;
        // Once more: what a first parsing changes might run after the second.
        const again = document.createElement("div");
        document.body.append(again);
        again.innerHTML = place.innerHTML;
        for (const link of document.querySelectorAll<HTMLElement>("a, button, area, input")) link.click();
        await new Promise((resolve) => {
          requestAnimationFrame(() => setTimeout(resolve));
        });
        return (window as unknown as { stolen: number }).stolen;
      }, vector);
      if (count > 0) found.push(vector);
    }
    await context.close();
    return found;
  }

  it("runs nothing, where the plainest run as they came", async () => {
    expect(await executed(scriptVectors.map(clean))).toStrictEqual([]);
    // The list would prove nothing if it were harmless from the start.
    const dangerous = ["<img src=x onerror=steal()>", "<svg onload=steal()>", "<script>steal()</script>"];
    expect((await executed(dangerous)).length).toBe(dangerous.length);
  });
});
