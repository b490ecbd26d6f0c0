import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";

const always = ["00:00-24:00"];

/**
 * The router.yaml that ships, of a service centre that never closes: so that a test's customers get no out-of-hours reply
 * when it happens to run at night.
 *
 * @returns the file's path
 */
export function routerThatNeverCloses(): string {
  const document = parseDocument(readFileSync(join(import.meta.dirname, "../../router.yaml"), "utf8"));
  document.setIn(["hours", 0, "week"], Object.fromEntries(weekdays.map((day) => [day, always])));
  document.setIn(["hours", 0, "holidays"], []);
  const file = join(mkdtempSync(join(tmpdir(), "switchyard-router-")), "router.yaml");
  writeFileSync(file, document.toString({ lineWidth: 0 }));
  return file;
}

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
