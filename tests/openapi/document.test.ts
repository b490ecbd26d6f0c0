import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { openApiDocument } from "../../infra/openapi/document.ts";
import { wholeContract } from "../../shared/api/contract.ts";
import { problemReasons } from "../../shared/api/problems.ts";
import type { RouteContract } from "../../shared/api/route.ts";

const document = JSON.parse(JSON.stringify(openApiDocument("1.2.3"))) as ReturnType<typeof openApiDocument>;

interface Operation {
  operationId: string;
  summary: string;
  description: string;
  parameters: { name: string; in: string; required: boolean }[];
  requestBody?: { required: boolean };
  responses: Record<string, { description: string; content: Record<string, unknown> }>;
}

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({ path, method, ...operation })),
);

const operation = (id: string) => operations.find(({ operationId }) => operationId === id)!;

describe("the OpenAPI document", () => {
  test("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const result = await validator.validate(structuredClone(document) as unknown as Record<string, unknown>);
    expect(result.errors ?? []).toEqual([]);
    expect([result.valid, validator.version]).toEqual([true, "3.1"]);
  });

  test("refers to nothing that is not there", () => {
    const references = Array.from(
      JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g),
      ([, reference]) => reference!,
    );
    const { schemas } = document.components as { schemas: Record<string, unknown> };
    const known = new Set(Object.keys(schemas).map((name) => `#/components/schemas/${name}`));
    expect(references.filter((reference) => !known.has(reference))).toEqual([]);
    const unused = [...known].filter((name) => !references.includes(name));
    expect(unused).toEqual([]);
  });

  test("has every operation of the contract, with its method, path, success and rights", () => {
    const documented = operations.map(({ operationId, method, path }) => `${operationId} ${method} ${path}`);
    const expected = Object.entries(wholeContract).map(
      ([id, { method, path }]) => `${id} ${method.toLowerCase()} ${path}`,
    );
    expect(documented.toSorted()).toEqual(expected.toSorted());
    for (const [id, { status, role, scope }] of Object.entries(wholeContract)) {
      expect(Object.keys(operation(id).responses), id).toContain(String(status));
      expect(operation(id).description).toBe(`Role: ${role}. Scope of a service: ${scope}.`);
    }
  });

  test("names each reason for which an operation may refuse, at its status", () => {
    for (const [id, { reasons = [] }] of Object.entries(wholeContract as Record<string, RouteContract>)) {
      for (const reason of reasons) {
        expect(operation(id).responses[problemReasons[reason]]!.description, id).toContain(`\`${reason}\``);
      }
    }
  });

  test("says which parameters and bodies are needed", () => {
    const { parameters } = operation("writeMessage");
    expect(parameters.map(({ name, in: place, required }) => [name, place, required])).toEqual([
      ["id", "path", true],
      ["Idempotency-Key", "header", true],
    ]);
    expect(operation("search").parameters.find(({ name }) => name === "q")?.required).toBe(true);
    expect(operation("listConversations").parameters.every(({ required }) => !required)).toBe(true);
    const needed = ["writeMessage", "setTags", "resolveConversation", "acceptOffer"].map(
      (id) => operation(id).requestBody?.required,
    );
    expect(needed).toEqual([true, true, false, false]);
  });

  test("says of a file that it is the body, what it is called, and how large it may be", () => {
    const { parameters, requestBody, responses } = operation("uploadFile");
    expect(parameters.map(({ name, in: place, required }) => [name, place, required])).toEqual([
      ["x-file-name", "header", true],
    ]);
    expect(requestBody).toMatchObject({ required: true, content: { "*/*": {} } });
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(["201", "400", "403", "413"]));
  });

  test("answers text where it is text, and problems where it fails", () => {
    expect(Object.keys(operation("getText").responses["200"]!.content)).toEqual(["text/plain"]);
    const failures = operations.flatMap(({ responses }) =>
      Object.entries(responses).filter(([status]) => status >= "400"),
    );
    const types = new Set(failures.flatMap(([, { content }]) => Object.keys(content)));
    expect([...types]).toEqual(["application/problem+json"]);
  });
});
