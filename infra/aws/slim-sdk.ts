import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/**
 * Lets esbuild drop what a bundle does not use of the AWS SDK: together about 190 KB where S3 is reached.
 *
 * A client's schemas of all operations lie in one file as objects with computed keys (`[_hH]: …`), which a bundler must
 * keep, since computing a key might do something. The keys are constants of the same file, so they can stand there as the
 * text that they are. And of its own package.json a client uses the version alone.
 */
export const slimSdk: Plugin = {
  name: "slim-sdk",
  setup(build) {
    build.onLoad({ filter: /@aws-sdk\/[^/]+\/dist-es\/schemas\/schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: withLiteralKeys(await readFile(path, "utf8")),
    }));
    build.onLoad({ filter: /@aws-sdk\/[^/]+\/package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, "utf8")) as { version: string };
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};

function withLiteralKeys(source: string): string {
  const constants = new Map(
    Array.from(source.matchAll(/^const (_\w+) = ("[^"\\]*");$/gm), ([, name, text]) => [name!, text!]),
  );
  return source.replace(/\[(_\w+)\](?=: )/g, (key, name: string) => constants.get(name) ?? key);
}
