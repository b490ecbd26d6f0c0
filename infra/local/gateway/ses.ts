import { randomUUID } from "node:crypto";
import { AwsError } from "../engines/error.ts";
import type { RawEmailRequest, SesSending } from "../engines/ses/sending.ts";
import type { BillingUnits } from "./prices.ts";
import type { Answer, GatewayRequest } from "./request.ts";

const namespace = "http://ses.amazonaws.com/doc/2010-12-01/";
const gigabyte = 1024 ** 3;
/** Every parameter of SendRawEmail that is carried out; any other would be lost in silence. An empty list is its bare name. */
const known =
  /^(Action|Version|RawMessage\.Data|Source|Destinations(\.member\.\d+)?|ConfigurationSetName|Tags(\.member\.\d+\.(Name|Value))?)$/;

/** One call of SES's first API: AWS's Query protocol in, XML out. SendRawEmail is the one that is imitated. */
export async function answerSes(ses: SesSending, request: GatewayRequest): Promise<Answer> {
  const parameters = new URLSearchParams(request.body.toString("utf8"));
  const operation = parameters.get("Action") ?? "";
  try {
    const email = readRequest(operation, parameters, request.caller);
    const { messageId, recipients } = await ses.sendRawEmail(email);
    const units: BillingUnits = {
      sentEmails: recipients,
      sentEmailGigabytes: (recipients * email.raw.length) / gigabyte,
    };
    const result = `<SendRawEmailResult><MessageId>${messageId}</MessageId></SendRawEmailResult>`;
    return { operation, units, response: xml(200, "SendRawEmailResponse", result, "ResponseMetadata") };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, message, status } = error;
    const detail = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
    return { operation, units: { freeRequests: 1 }, response: xml(status, "ErrorResponse", detail) };
  }
}

function readRequest(operation: string, parameters: URLSearchParams, caller: string): RawEmailRequest {
  if (operation !== "SendRawEmail")
    throw new AwsError(
      "InvalidAction",
      `The embedded cloud's SES does not imitate ${operation || "a call without Action"}`,
    );
  for (const name of parameters.keys())
    if (!known.test(name)) throw new AwsError("UnsupportedOperation", `The embedded cloud does not imitate ${name}`);
  const data = parameters.get("RawMessage.Data");
  if (data === null) throw new AwsError("ValidationError", "1 validation error detected: rawMessage.data is null");
  return {
    source: parameters.get("Source") ?? undefined,
    destinations: numbered(parameters, (index) => `Destinations.member.${index}`),
    raw: Buffer.from(data, "base64"),
    configurationSet: parameters.get("ConfigurationSetName") ?? undefined,
    tags: tagsOf(parameters),
    caller,
  };
}

function tagsOf(parameters: URLSearchParams): Record<string, string> {
  const names = numbered(parameters, (index) => `Tags.member.${index}.Name`);
  const values = numbered(parameters, (index) => `Tags.member.${index}.Value`);
  // SES API reference, MessageTag.
  for (const text of [...names, ...values])
    if (!/^[A-Za-z0-9_\-.@]{1,256}$/.test(text))
      throw new AwsError(
        "InvalidParameterValue",
        `Invalid tag name or value: <${text}>: only ASCII letters, digits, '_', '-', '.' and '@' are allowed.`,
      );
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
}

function numbered(parameters: URLSearchParams, nameOf: (index: number) => string): string[] {
  const values: string[] = [];
  for (let value = parameters.get(nameOf(1)); value !== null; value = parameters.get(nameOf(values.length + 1)))
    values.push(value);
  return values;
}

function xml(status: number, root: string, content: string, idParent?: string): Answer["response"] {
  const requestId = randomUUID();
  const id = `<RequestId>${requestId}</RequestId>`;
  return {
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
    body: `<${root} xmlns="${namespace}">${content}${idParent ? `<${idParent}>${id}</${idParent}>` : id}</${root}>`,
  };
}

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
