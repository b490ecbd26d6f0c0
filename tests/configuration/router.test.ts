import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { languageDetector } from "../../functions/route/language.ts";
import { readConfiguration } from "../../infra/configuration/load.ts";
import { resolveLanguage } from "../../shared/core/language.ts";
import type { InboundMessage } from "../../shared/core/message.ts";
import { compileRules } from "../../shared/core/rules/compile.ts";
import { decide } from "../../shared/core/rules/decide.ts";
import { inbound, routingFacts, wednesdayMorning } from "../core/rules/samples.ts";

/** The router.yaml that ships. */
const { configuration, warnings } = readConfiguration(join(import.meta.dirname, "../../router.yaml"));
const rules = compileRules(configuration);
const detectLanguage = await languageDetector();
const agents = configuration.pools.flatMap((pool) => pool.agents);

function decisionOn(text: string) {
  const { language, detector } = detectLanguage(text, configuration.languages);
  const resolved = resolveLanguage(language, undefined, undefined, configuration);
  return decide(inbound({ text }), routingFacts({ language: resolved, detector }), rules, wednesdayMorning);
}

/** Agents who fit the requirements of a step of the decision. */
const fitting = (text: string, step: number): string[] =>
  agents
    .filter(({ skills }) =>
      decisionOn(text).requested.steps[step]!.requirements.every(({ skill, level }) => (skills[skill] ?? 0) >= level),
    )
    .map(({ id }) => id);

test("it has no warnings", () => expect(warnings).toEqual([]));

test("the sandbox: three agents with four units, no ramp-up, automatic acceptance, a text weighs one", () => {
  expect(agents.map(({ id, skills, units }) => ({ id, skills, units }))).toEqual([
    { id: "agent-en", skills: { en: 5, billing: 4 }, units: 4 },
    { id: "agent-de", skills: { de: 5, technical: 3 }, units: 4 },
    { id: "agent-zh", skills: { zh: 5, en: 3, sales: 4 }, units: 4 },
  ]);
  expect(configuration.pools).toHaveLength(1);
  expect(configuration.pools[0]!.rampUpMs).toBe(0);
  expect(configuration.pools[0]!.queues.every(({ acceptance }) => acceptance === "automatic")).toBe(true);
  for (const { weightByChannel, queueIds } of agents) {
    expect(weightByChannel["sms"]).toBe(1);
    expect(queueIds).toEqual(configuration.pools[0]!.queues.map(({ id }) => id));
  }
});

describe("who answers", () => {
  test.each([
    ["Guten Tag, wo bleibt meine Bestellung?", ["agent-de"], ["agent-de"]],
    ["您好，我的订单在哪里？", ["agent-zh"], ["agent-zh"]],
    ["Hello, where is my order?", ["agent-en"], ["agent-en", "agent-zh"]],
    ["Bonjour, où est ma commande ?", ["agent-en"], ["agent-en", "agent-zh"]],
    ["ok", ["agent-en"], ["agent-en", "agent-zh"]],
  ])("%s", (text, atOnce, afterTwoMinutes) => {
    expect(fitting(text, 0)).toEqual(atOnce);
    expect(fitting(text, 1)).toEqual(afterTwoMinutes);
  });
});

describe("triage", () => {
  test.each([
    ["information", "Do you ship to Norway?"],
    ["information", "Wo finde ich euch?"],
    ["information", "你们在哪里？"],
    ["sales", "What discount do I get for 20 pieces?"],
    ["sales", "Ich interessiere mich für das große Modell"],
    ["sales", "这个多少钱？"],
    ["billing", "My INVOICE has the wrong address"],
    ["billing", "Ich habe eine Mahnung bekommen"],
    ["billing", "请给我开发票"],
    ["administration", "I would like to cancel my contract"],
    ["administration", "Hiermit möchte ich kündigen"],
    ["administration", "我想修改地址"],
    ["technical", "The router stopped working and the invoice is wrong"],
    ["technical", "Die Heizung ist kaputt"],
    ["technical", "我的iPhone坏了"],
    ["complaints", "This is unacceptable, I want my invoice corrected"],
    ["complaints", "Das ist eine Frechheit!"],
    ["complaints", "我要投诉"],
    ["feedback", "Just some feedback: well done"],
    ["feedback", "Ich habe einen Vorschlag"],
    ["feedback", "我有一个建议"],
  ])("%s: %s", (queue, text) => expect(decisionOn(text).requested.queueId).toBe(queue));

  test("a complaint comes before other things, and says what else it is about", () => {
    expect(decisionOn("This is unacceptable, my invoice is wrong again").requested).toMatchObject({
      priority: "high",
      tags: ["complaint", "billing"],
    });
  });

  test("a question for the opening hours is answered by itself, in its language", () => {
    expect(decisionOn("What are your opening hours?").automaticReply?.text).toMatch(/^We are here/);
    expect(decisionOn("Wie sind eure Öffnungszeiten?").automaticReply?.text).toMatch(/^Wir sind/);
    expect(decisionOn("请问营业时间是什么？").automaticReply?.text).toMatch(/^我们/);
    expect(decisionOn("Hello, where is my order?")).not.toHaveProperty("automaticReply");
  });
});

test("a decision is small enough for a message item of 1 KB with its text", () => {
  const text =
    "Hello, I would like to know where my order is; the invoice was paid last week and nothing has arrived so far.";
  const decision = { ...decisionOn(text), conversationId: `cnv_${"0".repeat(26)}` };
  expect(new TextEncoder().encode(JSON.stringify(decision)).length).toBeLessThan(560);
});

describe("what goes out by itself", () => {
  const at = (now: string, message: Partial<InboundMessage>) => {
    const { language, detector } = detectLanguage(message.text ?? "", configuration.languages);
    const resolved = resolveLanguage(language, undefined, undefined, configuration);
    return decide(inbound(message), routingFacts({ language: resolved, detector }), rules, Date.parse(now))
      .automaticReply;
  };
  const [open, night, sunday] = ["2026-03-04T10:00:00Z", "2026-03-04T21:00:00Z", "2026-03-08T10:00:00Z"];
  const english = "Hello, could you please tell me where my order is?";
  const german = "Guten Tag, können Sie mir bitte sagen, wo meine Bestellung ist?";

  test.each<[string, string, Partial<InboundMessage>, string | undefined]>([
    ["nothing to a text while somebody is there", open, { text: english }, undefined],
    ["a mail is acknowledged", open, { channel: "email", text: english }, "received"],
    ["at night everybody is told when we are back", night, { text: english }, "after-hours"],
    ["and on Sundays, by mail too", sunday, { channel: "email", text: german }, "after-hours"],
    ["who asks for the opening hours gets them", night, { text: "What are your opening hours?" }, "opening-hours"],
    ["a robot gets nothing", night, { channel: "email", text: english, automatic: "list" }, undefined],
  ])("%s", (_, now, message, key) => expect(at(now, message)?.key).toBe(key));

  test("in the customer's language", () => {
    expect(at(night, { text: german })?.text).toMatch(/^Vielen Dank/);
    expect(at(night, { text: "您好，请问我的订单什么时候能到？" })?.text).toMatch(/^感谢/);
  });

  test("every text is there in every language", () => {
    for (const texts of Object.values(configuration.replies)) expect(Object.keys(texts)).toEqual(["en", "de", "zh"]);
    for (const { text } of configuration.cannedReplies) expect(Object.keys(text)).toEqual(["en", "de", "zh"]);
  });
});

test("a valued customer comes first", () => {
  const facts = routingFacts({ customer: { version: 2, attributes: { tier: "gold" } } });
  expect(decide(inbound({}), facts, rules, wednesdayMorning).requested.priority).toBe("high");
});
