import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { goldenSamples } from "./samples.ts";

const file = join(import.meta.dirname, "../../../docs/custom-channel.schema.json");
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const ajv = new Ajv2020({
  allErrors: true,
  strictRequired: false,
  strictTypes: false,
  formats: { "date-time": dateTime },
});
const isValid = ajv.compile(JSON.parse(readFileSync(file, "utf8")) as object);

const isJson = (body: string): boolean => {
  try {
    return typeof JSON.parse(body) === "object";
  } catch {
    return false;
  }
};

const samples = goldenSamples().filter(({ request }) => isJson(request.body));

describe("the schema that other systems are given", () => {
  it.each(samples)("agrees with the channel: $name", ({ request, expected }) => {
    expect(isValid(JSON.parse(request.body))).toBe(Array.isArray(expected));
  });

  it("passes over what the channel passes over", () => {
    expect(isValid({ type: "visit.ended" })).toBe(true);
  });
});
