/**
 * How long a routing decision takes, by the number of rules: ours, a loop over the same rules, and json-rules-engine.
 * Budget (mean): 1,000 rules 20 µs, 10,000 rules 50 µs. Run: node bench/rules.ts
 */
import { Engine, type TopLevelCondition } from "json-rules-engine";
import type { Configuration, RoutingRule } from "../shared/core/configuration.ts";
import type { InboundMessage } from "../shared/core/message.ts";
import { compileRules } from "../shared/core/rules/compile.ts";
import { decide, type RoutingFacts } from "../shared/core/rules/decide.ts";
import { fold } from "../shared/core/rules/words.ts";

const budgets = new Map([
  [1_000, 20],
  [10_000, 50],
]);
const languages = ["en", "de", "zh"];
const inboxes = ["sms-main", "sms-second", "sms-third"];
const tiers = ["gold", "silver", "bronze", "none"];
const now = Date.parse("2026-03-04T10:00:00Z");

/** Small, fast and the same on every run (mulberry32). */
function seededChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const chance = seededChance(20_260_304);
const below = (limit: number): number => Math.floor(chance() * limit);
const oneOf = <Item>(items: Item[]): Item => items[below(items.length)]!;

const syllables = ["ba", "de", "ki", "lo", "mu", "ne", "pa", "ri", "so", "tu", "va", "we", "xo", "zi", "or", "en"];
const vocabulary = Array.from({ length: 4_000 }, () =>
  Array.from({ length: 2 + below(3) }, () => oneOf(syllables)).join(""),
);
/** In texts a few words are common and most are rare, by Zipf's law; rules are written for words of any rank. */
const word = (): string => vocabulary[Math.floor(vocabulary.length ** chance()) - 1]!;

function rule(id: string): RoutingRule {
  const when: RoutingRule["when"] = {};
  const kind = chance();
  const phrase = () => (chance() < 0.3 ? `${oneOf(vocabulary)} ${oneOf(vocabulary)}` : oneOf(vocabulary));
  if (kind < 0.75) when.words = Array.from({ length: 1 + below(4) }, phrase);
  else if (kind < 0.9) when.attributes = { account: [`account-${below(5_000)}`] };
  else if (kind < 0.92) when.pattern = `\\b${oneOf(syllables).toUpperCase()}-\\d{3}${below(1_000)}\\b`;
  else when.attributes = { tier: [oneOf(tiers)], account: [`account-${below(5_000)}`, `account-${below(5_000)}`] };
  if (chance() < 0.5) when.inboxes = [oneOf(inboxes)];
  if (chance() < 0.5) when.languages = [oneOf(languages)];
  if (chance() < 0.2) when.open = { hours: "office", is: chance() < 0.5 };
  return { id, when, do: { queue: oneOf(["sales", "billing", "support"]), tags: [oneOf(tiers)] }, stop: false };
}

function configuration(count: number): Configuration {
  return {
    schemaVersion: 1,
    version: `bench-${count}`,
    defaultLanguage: "en",
    languages,
    inboxes: inboxes.map((id, number) => ({ id, channel: "sms", address: `+1500555000${number}` })),
    hours: [{ id: "office", timeZone: "Europe/Berlin", week: { wed: [["09:00", "17:00"]] }, holidays: [] }],
    pools: [],
    rules: Array.from({ length: count }, (_, number) => rule(`rule-${number}`)),
    defaultQueueId: "support",
    maxWaitMs: { urgent: 60_000, high: 300_000, normal: 900_000, low: 3_600_000 },
    replies: {},
    channels: {},
    cannedReplies: [],
    templates: [],
  };
}

interface Arrival {
  message: InboundMessage;
  facts: RoutingFacts;
}

/** A text of about 120 bytes, the median of the trace that costs are reckoned with. */
function arrival(): Arrival {
  let text = "";
  while (text.length < 115) text += `${word()} `;
  const message: InboundMessage = {
    kind: "message",
    channel: "sms",
    accountId: "bench",
    providerId: `m${below(1e9)}`,
    from: "+4915112345678",
    inboxId: oneOf(inboxes),
    text: `${text}${oneOf(syllables).toUpperCase()}-${below(999_999)}`,
    media: [],
  };
  const attributes = { tier: oneOf(tiers), account: `account-${below(5_000)}` };
  const facts: RoutingFacts = {
    saidAt: "2026-03-11T09:00:00.000Z",
    identity: { version: 1, optOuts: {} },
    customer: { version: 1, attributes },
    language: oneOf(languages),
    detector: "bench",
    conversationId: "cnv_bench",
    opens: true,
  };
  return { message, facts };
}

/** What most people would write first: each rule in turn, each word looked for in the folded text. */
function naiveLoop(config: Configuration): (arrival: Arrival) => number {
  const rules = config.rules.map(({ when, ...rest }) => ({
    ...rest,
    when,
    words: when.words?.map((phrase) => new RegExp(`\\b${fold(phrase)}\\b`)),
    pattern: when.pattern === undefined ? undefined : new RegExp(when.pattern),
  }));
  return ({ message, facts }) => {
    const text = fold(message.text);
    return rules.filter(({ when, words, pattern }) => {
      if (when.inboxes && !when.inboxes.includes(message.inboxId)) return false;
      if (when.languages && !when.languages.includes(facts.language)) return false;
      if (when.open && !when.open.is) return false;
      const attributes = Object.entries(when.attributes ?? {});
      if (!attributes.every(([name, values]) => values.includes(facts.customer.attributes[name]!))) return false;
      if (words && !words.some((expression) => expression.test(text))) return false;
      return !pattern || pattern.test(message.text);
    }).length;
  };
}

function jsonRulesEngine(config: Configuration): (arrival: Arrival) => Promise<number> {
  const engine = new Engine([], { allowUndefinedFacts: true });
  engine.addOperator("containsPhrase", (text: string, phrase: string) => text.includes(` ${phrase} `));
  engine.addOperator("matchesPattern", (text: string, pattern: string) => new RegExp(pattern).test(text));
  for (const { id, when } of config.rules) {
    const all: TopLevelCondition[] = [];
    const condition = (fact: string, operator: string, value: unknown) => ({ fact, operator, value }) as never;
    if (when.inboxes) all.push(condition("inboxId", "in", when.inboxes));
    if (when.languages) all.push(condition("language", "in", when.languages));
    if (when.open) all.push(condition("open", "equal", when.open.is));
    for (const [name, values] of Object.entries(when.attributes ?? {})) all.push(condition(name, "in", values));
    if (when.words) all.push({ any: when.words.map((phrase) => condition("words", "containsPhrase", fold(phrase))) });
    if (when.pattern) all.push(condition("text", "matchesPattern", when.pattern));
    engine.addRule({ conditions: { all }, event: { type: id } });
  }
  return async ({ message, facts }) => {
    const { inboxId, text } = message;
    const words = ` ${fold(text)} `;
    const given = { inboxId, text, words, language: facts.language, open: true, ...facts.customer.attributes };
    return (await engine.run(given)).events.length;
  };
}

/** The mean of the best of five rounds: neighbours on the machine slow rounds down, nothing speeds them up. */
async function microseconds(count: number, run: (number: number) => unknown): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < 5; round += 1) {
    const start = performance.now();
    for (let number = 0; number < count; number += 1) {
      const result = run(number);
      if (result instanceof Promise) await result;
    }
    best = Math.min(best, ((performance.now() - start) * 1_000) / count);
  }
  return best;
}

const figure = (value: number): string => value.toFixed(value < 100 ? 1 : 0).padStart(9);

console.log("rules    compile ms   decide µs   budget    loop µs   json-rules-engine µs   rules that match, mean");
for (const count of [100, 1_000, 10_000]) {
  const config = configuration(count);
  const arrivals = Array.from({ length: 5_000 }, arrival);
  const started = performance.now();
  const compiled = compileRules(config);
  const compileMs = performance.now() - started;
  const decideOne = (number: number) => {
    const { message, facts } = arrivals[number % arrivals.length]!;
    return decide(message, facts, compiled, now);
  };
  const matched = arrivals.reduce((sum, _, number) => sum + decideOne(number).rules.length, 0) / arrivals.length;
  const ours = await microseconds(arrivals.length, decideOne);
  const naive = naiveLoop(config);
  const loop = await microseconds(Math.max(20, 200_000 / count), (number) => naive(arrivals[number]!));
  const engine = jsonRulesEngine(config);
  const peer = await microseconds(Math.max(3, 10_000 / count), (number) => engine(arrivals[number]!));
  const budget = budgets.get(count);
  const columns = [
    figure(compileMs),
    figure(ours),
    (budget === undefined ? "" : `${budget} µs`).padStart(9),
    figure(loop),
  ];
  console.log(`${String(count).padEnd(8)}${columns.join("  ")}  ${figure(peer)}              ${figure(matched)}`);
  if (budget !== undefined && ours > budget) process.exitCode = 1;
}
