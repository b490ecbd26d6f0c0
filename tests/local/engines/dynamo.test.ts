import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { VirtualClock } from "../../../infra/local/clock.ts";
import { startDynamo } from "../../../infra/local/engines/dynamo/engine.ts";
import { findBinary } from "../../../infra/local/engines/dynamo/process.ts";
import { startOfWorld, temporaryFolder } from "./world.ts";

const clock = new VirtualClock({ frozenAtMs: startOfWorld });
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => folder.remove());

describe("starting DynamoDB", () => {
  test("a platform without a binary is told how to go on", () => {
    expect(() => findBinary("aix-ppc64")).toThrow(/no local DynamoDB for aix-ppc64.*AWS_ENDPOINT_URL_DYNAMODB=/s);
  });

  test("says why it did not start", async () => {
    mkdirSync(join(folder.path, "dynamodb.sqlite"));
    await expect(startDynamo({ clock, directory: folder.path })).rejects.toThrow(
      /did not start: .*unable to open database file/is,
    );
  });

  test("another server that is named is used, and left running", async () => {
    const theirs = await startDynamo({ clock });
    const ours = await startDynamo({ clock, endpoint: theirs.endpoint });
    await ours.call("ListTables", {});
    await ours.close();
    expect(await theirs.call("ListTables", {})).toEqual({ TableNames: [] });
    await theirs.close();
  });

  test("an address that is no local server's is refused", async () => {
    await expect(startDynamo({ clock, endpoint: "https://dynamodb.eu-west-1.amazonaws.com" })).rejects.toThrow(
      "it has to name a local server",
    );
  });

  test("who started it hears when it ends by itself, and not when it is closed", async () => {
    const ends: string[] = [];
    const onEnd = (reason: string) => void ends.push(reason);
    const closed = await startDynamo({ clock, onEnd });
    await closed.close();
    await startDynamo({ clock, directory: folder.path, onEnd });
    process.kill(serverOn(folder.path), "SIGKILL");
    await expect.poll(() => ends.length).toBe(1);
    expect(ends[0]).toContain("listening on");
  });
});

/** The process that was started with a file in this folder; its shell has the path in its arguments too. */
function serverOn(path: string): number {
  const found = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .find((pid) => {
      const [command = "", ...values] = commandOf(pid);
      return command.endsWith("/dynoxide") && values.some((value) => value.startsWith(path));
    });
  return Number(found);
}

/** Empty for a process that has ended in the meantime. */
function commandOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}
