import { describe, expect, it } from "vitest";
import { languagesFor, readsAs } from "../../../web/desk/compose/template-text.ts";
import { fillIn, missingIn, variablesOf } from "../../../web/desk/compose/template.ts";

const variables = variablesOf({
  customer: { name: "Maria", attributes: { tier: "gold", orders: 12, name: "not this one" } },
  agent: { id: "agent-en", name: "Emma" },
  conversation: { id: "cnv_1", subject: "Coffee", address: "+4915112345678", customerName: "mary" },
});

describe("a canned reply", () => {
  it("says who the customer is, who answers and what about", () => {
    const text =
      "Hello {{customer.name}} ({{ customer.tier }}, {{customer.orders}}), about “{{conversation.subject}}”. {{agent.name}}";
    expect(fillIn(text, variables)).toBe("Hello Maria (gold, 12), about “Coffee”. Emma");
  });

  it("shows what is not known, so that it can't go out by mistake", () => {
    const text = fillIn("{{order.label}} {{customer.name}} {{order.label}} {{toString}} {{__proto__}}", variables);
    expect(text).toBe("{{order.label}} Maria {{order.label}} {{toString}} {{__proto__}}");
    expect(missingIn(text)).toEqual(["order.label", "toString", "__proto__"]);
  });

  it("calls a customer without a name what they call themselves", () => {
    const conversation = { id: "c", subject: "", address: "+49", customerName: "mary" };
    const customer = { name: null, attributes: {} };
    expect(fillIn("{{customer.name}}", variablesOf({ customer, agent: undefined, conversation }))).toBe("mary");
  });

  it("counts what is empty as not known", () => {
    const nobody = variablesOf({
      customer: undefined,
      agent: undefined,
      conversation: { id: "c", subject: "", address: "+49", customerName: null },
    });
    expect(missingIn(fillIn("{{customer.name}} {{agent.name}} {{customer.address}}", nobody))).toEqual([
      "customer.name",
      "agent.name",
    ]);
  });

  it("fills in once: a customer's own braces are not read again", () => {
    const tricky = variablesOf({
      customer: { name: "{{agent.name}}", attributes: {} },
      agent: { id: "a", name: "Emma" },
      conversation: { id: "c", subject: "s", address: "+49", customerName: null },
    });
    expect(fillIn("{{customer.name}}", tricky)).toBe("{{agent.name}}");
  });

  it("leaves other braces alone", () => {
    expect(missingIn("{one} {{ two words }} {{}}")).toEqual([]);
  });
});

describe("a template of the provider's", () => {
  const texts = { en: { body: "Hello {{1}}" }, de: { body: "Hallo {{1}}" } };

  it("is proposed in the customer's language first", () => {
    expect(languagesFor({ texts }, "de")).toEqual(["de", "en"]);
    expect(languagesFor({ texts }, "zh")).toEqual(["en", "de"]);
    expect(languagesFor({ texts }, "toString")).toEqual(["en", "de"]);
  });

  it("reads as it will go out, with names in place of what is missing", () => {
    const names = ["name", "order"];
    expect(readsAs("Hello {{1}}, your {{2}} is on its way.", [" Maria ", ""], names)).toBe(
      "Hello Maria, your [order] is on its way.",
    );
    expect(readsAs("{{1}} {{3}}", ["{{2}}", "x"], names)).toBe("{{2}} {{3}}");
  });
});
