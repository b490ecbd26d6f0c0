import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin, transform } from "esbuild";
import { chatUrlPlaceholder } from "../../functions/pages/run.ts";

const webDirectory = join(import.meta.dirname, "../../web");

/**
 * Builds one page of web/ into a folder: `<name>.html`, `<name>.css` and `<name>.js`, whatever its modules were, and `<module>-<hash>.js`
 * for each that it imports only when it is needed.
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
      // What a page imports only when it is needed lies beside it.
      splitting: true,
      chunkNames: "[name]-[hash]",
      target: ["chrome123", "firefox121", "safari17.5"],
      minify: true,
      jsx: "automatic",
      jsxImportSource: "preact",
      logLevel: "silent",
    }),
    copyFile(join(source, `${name}.html`), join(outDirectory, `${name}.html`)),
  ]);
}

/** Browsers of customers, not of colleagues: those of the last three years. */
const widgetTarget = ["chrome111", "firefox115", "safari16.4"];

/**
 * Builds the customers' chat into `widget.js`: one classic script with its styles inside, which a page of any origin loads.
 *
 * @throws BuildFailure
 */
export async function bundleWidget(outDirectory: string): Promise<void> {
  await build({
    entryPoints: [{ in: join(webDirectory, "widget/main.tsx"), out: "widget" }],
    outdir: outDirectory,
    bundle: true,
    format: "iife",
    target: widgetTarget,
    minify: true,
    jsx: "automatic",
    jsxImportSource: "preact",
    define: { CHAT_URL: JSON.stringify(chatUrlPlaceholder) },
    plugins: [cssAsText],
    logLevel: "silent",
  });
}

const cssAsText: Plugin = {
  name: "css-as-text",
  setup(setup) {
    setup.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const css = await readFile(path, "utf8");
      const { code } = await transform(css, { loader: "css", minify: true, target: widgetTarget });
      return { contents: code, loader: "text" };
    });
  },
};
