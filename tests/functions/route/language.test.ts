import { describe, expect, test } from "vitest";
import { detectableLanguages, languageDetector } from "../../../functions/route/language.ts";

const served = ["en", "de", "zh"];
const detectLanguage = await languageDetector();
const languageOf = (text: string, candidates = served) => detectLanguage(text, candidates).language;

/** Texts as people send them: short, without umlauts, with numbers, names and mistakes in them. */
const samples: Record<string, string[]> = {
  en: [
    "Where is my order?",
    "hi, my parcel hasnt arrived yet",
    "I was charged twice for invoice 20391",
    "can you call me back please",
    "The router is broken",
    "I want to cancel my contract",
    "Do you have this in blue?",
    "thank you so much!",
    "How much is shipping to Canada",
    "This is unacceptable, I want to speak to a manager",
    "my password does not work",
    "Is the shop open on Sunday?",
    "please send me a copy of the bill",
    "When will the technician come?",
    "i need help with my account",
  ],
  de: [
    "Wo ist mein Paket?",
    "hallo, meine bestellung ist noch nicht da",
    "Die Rechnung 20391 wurde zweimal abgebucht",
    "bitte rufen Sie mich zurueck",
    "Der Router ist kaputt",
    "ich will meinen vertrag kuendigen",
    "Gibt es das auch in blau?",
    "vielen dank!",
    "Was kostet der Versand nach Wien",
    "Das ist eine Frechheit",
    "mein passwort geht nicht",
    "Habt ihr am Sonntag offen?",
    "schicken sie mir bitte eine kopie der rechnung",
    "Wann kommt der Techniker?",
    "ich brauche hilfe mit meinem konto",
  ],
  zh: [
    "你好",
    "我的订单在哪里？",
    "发票20391被重复扣款了",
    "请给我回电话",
    "路由器坏了",
    "我想取消合同",
    "我的iPhone收不到WiFi信号",
    "谢谢！",
    "運費多少錢",
    "這太過分了，我要投訴",
  ],
};

/** What nobody serves must not be taken for what somebody does. */
const foreign = [
  "Bonjour, où est ma commande ?",
  "Je voudrais annuler mon contrat s'il vous plaît",
  "Hola, ¿dónde está mi pedido?",
  "Quiero cancelar mi contrato por favor",
  "Vorrei sapere quando arriva il mio pacco",
  "Ik wil graag mijn geld terug",
  "Gdzie jest moja przesyłka",
  "Привет, где мой заказ?",
  "أين طلبي من فضلك",
  "ご注文ありがとうございます",
  "주문한 물건이 언제 오나요",
  "Siparişim nerede acaba",
];

describe("detectLanguage", () => {
  test.each(Object.keys(samples))("tells all but one of the texts in %s", (language) => {
    const wrong = samples[language]!.filter((text) => languageOf(text) !== language);
    expect(wrong.length, wrong.join("\n")).toBeLessThanOrEqual(1);
  });

  test("takes at most two of twelve foreign texts for a language that is served", () => {
    const taken = foreign.filter((text) => languageOf(text) !== undefined);
    expect(taken.length, taken.join("\n")).toBeLessThanOrEqual(2);
  });

  test("answers more languages where more are served", () => {
    const found = foreign.map((text) => languageOf(text, detectableLanguages));
    expect(found).toEqual(["fr", "fr", "es", "es", "it", "nl", "pl", "ru", "ar", "ja", "ko", "tr"]);
  });

  test.each([
    "",
    "ok",
    "Hallo",
    "STOP",
    "👍👍",
    "¿?",
    "12345",
    "https://example.com/hello/world",
    "a@example.com",
    "+49 151 1234",
  ])("says nothing about %j", (text) => expect(languageOf(text)).toBeUndefined());

  test("takes Han characters for Japanese where Japanese, and not Chinese, is served", () => {
    expect(languageOf("配送状況", ["en", "ja"])).toBe("ja");
    expect(languageOf("配送状況", ["en", "ja", "zh"])).toBe("zh");
    expect(languageOf("配送はいつですか", ["en", "ja", "zh"])).toBe("ja");
  });

  test("names the detector, so that a decision can be computed again", () => {
    expect(detectLanguage("ok", served)).toEqual({ language: undefined, detector: "tinyld-light-1.3.4" });
  });

  test("reads a very long text as well", () => {
    expect(languageOf("Wo bleibt denn meine Bestellung? ".repeat(3_000))).toBe("de");
  });
});
