import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { parse } from "yaml";
import type { HttpCall } from "../../../shared/ports/http.ts";

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
}

interface Operation {
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { required?: boolean; content: Record<string, unknown> };
}

interface Document {
  openapi: string;
  servers?: { url: string }[];
  paths: Record<
    string,
    Record<string, Operation> & { servers?: { url: string }[]; parameters?: Operation["parameters"] }
  >;
}

interface Schema {
  $ref?: string;
  discriminator?: { propertyName: string; mapping?: Record<string, string> };
}

const documentId = "https://document.invalid/api";

/** A provider's description of its API (OpenAPI 3), and what it says about requests. */
export class ApiDescription {
  readonly #document: Document;
  readonly #ajv: Ajv;

  /** @param formatsLeftOpen formats that the description names and nobody defines: everything is right */
  constructor(document: unknown, formatsLeftOpen: string[] = []) {
    this.#document = document as Document;
    // From 3.1 on its schemas are those of JSON Schema 2020-12 (OpenAPI 3.1.0, section 4.8.24).
    const Schemas = this.#document.openapi.startsWith("3.0") ? Ajv : Ajv2020;
    this.#ajv = new Schemas({ strict: false, allErrors: true, coerceTypes: true, validateFormats: true });
    formats.default(this.#ajv);
    for (const format of formatsLeftOpen) this.#ajv.addFormat(format, true);
    this.#ajv.addSchema({ ...(document as object), $id: documentId });
  }

  /** @param file JSON or YAML */
  static read(file: string, formatsLeftOpen?: string[]): ApiDescription {
    return new ApiDescription(parse(readFileSync(file, "utf8"), { maxAliasCount: -1 }), formatsLeftOpen);
  }

  /**
   * What is wrong with a request by the description; empty where nothing is.
   *
   * @param meant the described path that is meant, where others have the same form
   */
  problems(
    { method, url, headers, body }: Pick<HttpCall, "method" | "url" | "headers" | "body">,
    meant?: string,
  ): string[] {
    const asked = new URL(url);
    const found = this.#operationAt(asked, method.toLowerCase(), meant);
    if (!found) return [`${method} ${asked.pathname} is not described`];
    const { operation, pointer, pathValues, parameters } = found;
    const query = asked.searchParams;
    const problems = Array.from(new Set(query.keys()))
      .filter((name) => !parameters.some(({ parameter }) => parameter.in === "query" && parameter.name === name))
      .map((name) => `the query's ${name} is not described`);
    for (const { parameter, pointer: at } of parameters) {
      const { name, in: place, required } = parameter;
      if (place !== "path" && place !== "query") continue;
      const value = place === "path" ? pathValues[name] : (query.get(name) ?? undefined);
      if (value !== undefined) problems.push(...this.#check(`${at}/schema`, value, `the ${place}'s ${name}`));
      else if (required) problems.push(`the ${place}'s ${name} is missing`);
    }
    return [...problems, ...this.#bodyProblems(operation, pointer, headers["content-type"], body)];
  }

  #operationAt(url: URL, method: string, meant: string | undefined) {
    for (const [template, item] of Object.entries(this.#document.paths)) {
      if (meant !== undefined && template !== meant) continue;
      const operation = item[method];
      const [server] = item.servers ?? this.#document.servers ?? [];
      const base = server && URL.canParse(server.url) ? new URL(server.url) : undefined;
      if (!operation || (base && base.host !== url.host)) continue;
      const prefix = base ? base.pathname.replace(/\/$/, "") : "";
      const pathValues = valuesIn(`${prefix}${template}`, url.pathname);
      if (!pathValues) continue;
      const path = `/paths/${escaped(template)}`;
      const parameters = [
        ...this.#parametersAt(`${path}/parameters`, item.parameters),
        ...this.#parametersAt(`${path}/${method}/parameters`, operation.parameters),
      ];
      return { operation, pointer: `${path}/${method}`, pathValues, parameters };
    }
    return undefined;
  }

  #parametersAt(
    pointer: string,
    parameters: Operation["parameters"] = [],
  ): { parameter: Parameter; pointer: string }[] {
    return parameters.map((parameter, index) => {
      if (!("$ref" in parameter)) return { parameter, pointer: `${pointer}/${index}` };
      return { parameter: this.#at(parameter.$ref) as Parameter, pointer: parameter.$ref.slice(1) };
    });
  }

  #bodyProblems(operation: Operation, pointer: string, contentType = "", body: string | undefined): string[] {
    if (body === undefined) return operation.requestBody?.required ? ["the body is missing"] : [];
    const type = contentType.split(";")[0]!.trim();
    if (!operation.requestBody?.content[type]) return [`a body of type ${type || "(none)"} is not described`];
    const at = `${pointer}/requestBody/content/${escaped(type)}/schema`;
    const isForm = type === "application/x-www-form-urlencoded";
    const named = isForm ? this.#fieldsOf(at) : undefined;
    const value: unknown = named ? formAsObject(new URLSearchParams(body), named) : JSON.parse(body);
    const unknown = named ? Array.from(new URLSearchParams(body).keys()).filter((name) => !(name in named)) : [];
    const chosen = this.#alternativeFor(operation.requestBody.content[type], value) ?? at;
    return [...unknown.map((name) => `the field ${name} is not described`), ...this.#check(chosen, value, "the body")];
  }

  /** Where one field says which of several schemas is meant (OpenAPI, "Discriminator Object"), so that errors are of that one. */
  #alternativeFor(content: unknown, value: unknown): string | undefined {
    const { schema } = content as { schema?: Schema };
    const { discriminator } = schema?.$ref ? (this.#at(schema.$ref) as Schema) : (schema ?? {});
    const name = discriminator && (value as Record<string, unknown>)[discriminator.propertyName];
    return typeof name === "string" ? discriminator?.mapping?.[name]?.slice(1) : undefined;
  }

  #at(reference: string): unknown {
    const keys = reference.split("/").slice(1);
    return keys.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], this.#document);
  }

  /** Of a form's schema: which fields there are, and whether each is a list. */
  #fieldsOf(pointer: string): Fields {
    const schema = this.#ajv.getSchema(`${documentId}#${pointer}`)?.schema as { properties?: Fields } | undefined;
    if (!schema?.properties) throw new Error(`The description names no fields at ${pointer}.`);
    return schema.properties;
  }

  #check(pointer: string, value: unknown, what: string): string[] {
    const validate = this.#ajv.getSchema(`${documentId}#${pointer}`) as ValidateFunction | undefined;
    if (!validate) throw new Error(`The description has no schema at ${pointer}.`);
    return validate(value) ? [] : (validate.errors ?? []).map((error) => `${what}${said(error)}`);
  }
}

function said({ instancePath, message, params }: ErrorObject): string {
  const { additionalProperty, unevaluatedProperty = additionalProperty } = params as Record<string, unknown>;
  return `${instancePath} ${message}${unevaluatedProperty === undefined ? "" : `: ${String(unevaluatedProperty)}`}`;
}

const escaped = (key: string): string => encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"));

/** What stands in a path's gaps, by their names. @returns undefined where the path is another */
function valuesIn(template: string, path: string): Record<string, string> | undefined {
  const names = Array.from(template.matchAll(/\{([^{}]+)\}/g), ([, name = ""]) => name);
  const pattern = template.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&").replaceAll(/\{[^{}]+\}/g, "([^/]+?)");
  const match = new RegExp(`^${pattern}$`).exec(path);
  return match ? Object.fromEntries(names.map((name, index) => [name, match[index + 1]!])) : undefined;
}

type Fields = Record<string, { type?: string }>;

/** A field that is no list has its values as one where there are several, which no schema of it takes. */
function formAsObject(form: URLSearchParams, fields: Fields): Record<string, unknown> {
  const valueOf = (name: string): unknown => {
    const values = form.getAll(name);
    return fields[name]?.type === "array" || values.length > 1 ? values : values[0];
  };
  return Object.fromEntries(Array.from(new Set(form.keys()), (name) => [name, valueOf(name)]));
}
