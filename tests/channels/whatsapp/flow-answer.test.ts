import { expect, it } from "vitest";
import { whatsapp } from "../../../shared/channels/whatsapp/index.ts";
import { webhook } from "../meta/samples.ts";
import { change, config, contacts, envelope, message } from "./samples.ts";

const answered = (json: string, id: string) =>
  message(
    { type: "interactive", interactive: { type: "nfm_reply", nfm_reply: { name: "flow", response_json: json } } },
    id,
  );

it("hands on what others wrote beside a form that is nested deeper than anybody can write it again", () => {
  const depth = 100_000;
  const deep = `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
  const text = message({ type: "text", text: { body: "hello" } }, "wamid.1");
  const request = webhook(envelope(change({ contacts, messages: [text, answered(deep, "wamid.2")] })));
  expect(whatsapp.webhook!.parse(request, config)).toMatchObject([
    { kind: "message", providerId: "wamid.1", text: "hello" },
    { kind: "message", providerId: "wamid.2", text: "", marks: ["unsupported"] },
  ]);
});
