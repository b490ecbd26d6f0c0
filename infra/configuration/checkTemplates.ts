import { capabilityKey } from "../../shared/core/capabilities.ts";
import { channelCapabilities } from "../../shared/channels/registry.ts";
import { limits } from "../../shared/core/limits.ts";
import type { Findings } from "./findings.ts";
import type { Path } from "./problem.ts";
import type { RouterFile } from "./schema.ts";

type Template = NonNullable<RouterFile["templates"]>[number];

export function checkTemplates(file: RouterFile, findings: Findings): void {
  const templates = file.templates ?? [];
  findings.unique(
    "template",
    templates.map(({ id }, position) => ({ name: id, path: ["templates", position, "id"] })),
  );
  for (const [position, template] of templates.entries()) {
    const path: Path = ["templates", position];
    checkInboxesOf(template, file, path, findings);
    checkGaps(template, path, findings);
    for (const language of Object.keys(template.texts))
      findings.reference("language", language, file.languages, [...path, "texts", language], true);
    if (Object.keys(template.texts).length === 0)
      findings.error([...path, "texts"], `The template "${template.id}" has no text: add one.`, true);
  }
}

function checkInboxesOf({ inboxes }: Template, file: RouterFile, path: Path, findings: Findings): void {
  const capabilities = channelCapabilities();
  for (const [position, id] of inboxes.entries()) {
    const at: Path = [...path, "inboxes", position];
    const inbox = file.inboxes.find((each) => each.id === id);
    const ids = file.inboxes.map((each) => each.id);
    if (!inbox) findings.reference("inbox", id, ids, at);
    else if (!capabilities[capabilityKey(inbox)]?.templates)
      findings.error(at, `"${id}" is on ${inbox.channel}, which knows no templates: take it out.`);
  }
}

/** {{1}}, {{2}} … each at least once, and a name for each of them. */
function checkGaps({ id, texts, parameters = [] }: Template, path: Path, findings: Findings): void {
  if (parameters.length > limits.maxTemplateParameters)
    findings.error(
      [...path, "parameters"],
      `The template "${id}" has ${parameters.length} parameters; at most ${limits.maxTemplateParameters} are sent.`,
      true,
    );
  const expected = parameters.map((_, position) => position + 1);
  for (const [language, { body }] of Object.entries(texts)) {
    const gaps = new Set(Array.from(body.matchAll(/\{\{(\d+)\}\}/g), ([, number]) => Number(number)));
    const isSame = gaps.size === expected.length && expected.every((number) => gaps.has(number));
    if (!isSame)
      findings.error(
        [...path, "texts", language, "body"],
        `The body has gaps for ${
          Array.from(gaps)
            .toSorted((one, other) => one - other)
            .join(", ") || "nothing"
        }, and "parameters" names ${parameters.length}: number the gaps {{1}} to {{${parameters.length}}}.`,
      );
  }
}
