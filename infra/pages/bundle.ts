import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

const webDirectory = join(import.meta.dirname, "../../web");

/**
 * Builds one page of web/ into a folder: `<name>.html`, `<name>.css` and `<name>.js`, whatever its modules were.
 *
 * @param entry the page's first module, relative to its folder
 * @throws BuildFailure
 */
export async function bundlePage(
  name: "desk" | "docs" | "mail" | "shop" | "sim",
  entry: string,
  outDirectory: string,
): Promise<void> {
  const source = join(webDirectory, name);
  await mkdir(outDirectory, { recursive: true });
  await Promise.all([
    build({
      entryPoints: [
        { in: join(source, entry), out: name },
        { in: join(source, `${name}.css`), out: name },
      ],
      outdir: outDirectory,
      bundle: true,
      format: "esm",
      target: ["chrome123", "firefox121", "safari17.5"],
      minify: true,
      jsx: "automatic",
      jsxImportSource: "preact",
      logLevel: "silent",
    }),
    copyFile(join(source, `${name}.html`), join(outDirectory, `${name}.html`)),
  ]);
}
