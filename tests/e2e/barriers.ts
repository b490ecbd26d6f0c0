import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/* What stands in the way of people on a page. */

/** What axe finds serious or critical, one line each. @throws when it looked at next to nothing */
export async function barriers(page: Page): Promise<string[]> {
  // The page's policy forbids foreign scripts; the debugger's own evaluation is not the page's.
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
  const { violations, passes } = await page.evaluate<AxeResults>("axe.run()");
  if (passes.length < 6) throw new Error(`axe found only ${passes.length} of its rules to apply: is the page empty?`);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** Targets of less than 44 CSS pixels (WCAG 2.2, success criterion 2.5.5). */
export const tooSmall = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    Array.from(document.querySelectorAll("button, input, select, textarea, summary"))
      .filter((element) => {
        const { width, height } = element.getBoundingClientRect();
        return height > 0 && (height < 44 || width < 44);
      })
      .map((element) => element.outerHTML),
  );
