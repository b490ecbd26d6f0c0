import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openApiDocument } from "./document.ts";

const packageFile = join(import.meta.dirname, "../../package.json");

/** Puts `openapi.json` into a folder, for the pages function to serve. */
export async function writeOpenApi(outDirectory: string): Promise<void> {
  const { version } = JSON.parse(await readFile(packageFile, "utf8")) as { version: string };
  await mkdir(outDirectory, { recursive: true });
  await writeFile(join(outDirectory, "openapi.json"), JSON.stringify(openApiDocument(version)));
}
