import * as z from "zod/mini";
import { durationPattern } from "./duration.ts";

/** The shape of router.yaml as people write it. References between its parts are checked in checks.ts. */

const id = z
  .string()
  .check(
    z.regex(
      /^[a-z][a-z0-9-]{0,39}$/,
      "An id has lower-case letters, digits and hyphens, begins with a letter and has at most 40 characters.",
    ),
  );
const language = z
  .string()
  .check(z.regex(/^[a-z]{2,3}$/, 'A language is an ISO 639 code of two or three letters, such as "en".'));
const duration = z
  .string()
  .check(
    z.regex(durationPattern, 'Write a duration as a number and a unit (ms, s, min, h, d), such as "30 s" or "5 min".'),
  );
const name = z.string().check(z.regex(/\S/, "Write something here, or leave the key out."));
const skill = z
  .string()
  .check(
    z.regex(
      /^[\p{L}\p{N}][\p{L}\p{N} _-]{0,39}$/u,
      "A skill's name has letters, digits, spaces, hyphens and underscores, at most 40 characters.",
    ),
  );
const level = z.int().check(z.minimum(1, "The lowest level is 1."), z.maximum(5, "The highest level is 5."));
const units = z.int().check(z.minimum(1, "At least 1 unit."), z.maximum(1_000, "At most 1000 units."));
const list = <Item extends z.core.$ZodType>(item: Item) =>
  z.array(item).check(z.minLength(1, "The list is empty: name at least one, or leave the key out."));
const skills = z.record(skill, level);

const origin = z
  .string()
  .check(
    z.regex(
      /^(\*|https?:\/\/[^/\s]+)$/,
      'An origin is written like "https://shop.example", without a path; "*" allows every one.',
    ),
  );
const httpsUrl = z
  .string()
  .check(z.regex(/^https:\/\/[^/\s@]+(\/\S*)?$/, 'Write an address like "https://counter.example/replies".'));
const host = z
  .string()
  .check(
    z.regex(
      /^([a-z0-9-]+\.)+[a-z]{2,}$/,
      'A host is written like "files.example", in lower case, without https:// and path.',
    ),
  );
const country = z
  .string()
  .check(z.regex(/^[A-Z]{2}$/, 'A country is an ISO 3166 code of two capital letters, such as "DE".'));
const money = z.number().check(z.minimum(0, "An amount of money is 0 or more."));
const spendCap = z.strictObject({
  perDay: money,
  currency: z.string().check(z.regex(/^[A-Z]{3}$/, 'A currency is an ISO 4217 code, such as "EUR".')),
  /** of one message part, by country */
  prices: z.catchall(z.object({ default: money }), money),
});
const clockTime = z
  .string()
  .check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write a time of day in quotation marks, such as "21:00".'));
const quietHours = z.strictObject({ from: clockTime, to: clockTime, timeZone: name });

const inbox = z.strictObject({
  /** for ever: customers' STOPs are kept under it */
  id,
  channel: id,
  address: name,
  provider: z.optional(id),
  name: z.optional(name),
  origins: z.optional(list(origin)),
  replyUrl: z.optional(httpsUrl),
  mediaHosts: z.optional(list(host)),
  suspended: z.optional(name),
  countries: z.optional(list(country)),
  spendCap: z.optional(spendCap),
  quietHours: z.optional(quietHours),
});

const time = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/;
const spans = z.array(
  z
    .string()
    .check(z.regex(time, 'Write opening hours as "09:00-17:00"; a day ends at 24:00, and a night goes into two days.')),
);
const hours = z.strictObject({
  id,
  timeZone: name,
  week: z.strictObject({
    mon: z.optional(spans),
    tue: z.optional(spans),
    wed: z.optional(spans),
    thu: z.optional(spans),
    fri: z.optional(spans),
    sat: z.optional(spans),
    sun: z.optional(spans),
  }),
  holidays: z.optional(z.array(z.string().check(z.regex(/^\d{4}-\d\d-\d\d$/, "Write a holiday as YYYY-MM-DD.")))),
});

const queue = z.strictObject({
  id,
  acceptance: z.optional(z.enum(["automatic", "manual"])),
  offerExpiresAfter: z.optional(duration),
});

const agent = z.strictObject({
  id,
  name: z.optional(name),
  skills: z.optional(skills),
  units,
  weights: z.optional(z.record(id, units)),
  queues: z.optional(list(id)),
});

const pool = z.strictObject({ id, rampUp: z.optional(duration), queues: list(queue), agents: z.array(agent) });

const attributeValue = z.union(
  [z.string(), z.number(), z.boolean()],
  "An attribute's value is text, a number, true or false.",
);

const conditions = z.strictObject({
  channels: z.optional(list(id)),
  inboxes: z.optional(list(id)),
  languages: z.optional(list(language)),
  words: z.optional(list(name)),
  pattern: z.optional(name),
  attributes: z.optional(z.record(name, list(attributeValue))),
  open: z.optional(id),
  closed: z.optional(id),
});

const actions = z.strictObject({
  queue: z.optional(id),
  skills: z.optional(skills),
  steps: z.optional(list(z.strictObject({ skills, expiresAfter: z.optional(duration) }))),
  priority: z.optional(z.enum(["urgent", "high", "normal", "low"])),
  tags: z.optional(list(name)),
  reply: z.optional(id),
});

const cannedReply = z.strictObject({
  id,
  title: name,
  text: z.record(language, name),
  queues: z.optional(list(id)),
});

const template = z.strictObject({
  id,
  title: name,
  inboxes: list(id),
  parameters: z.optional(list(name)),
  texts: z.record(
    language,
    z.strictObject({
      name,
      language: z
        .string()
        .check(z.regex(/^[a-z]{2,3}(_[A-Z]{2,4})?$/, 'Write the provider\'s language code, such as "en_US".')),
      body: name,
    }),
  ),
});

const rule = z.strictObject({ id, when: z.optional(conditions), do: actions, stop: z.optional(z.boolean()) });

export const routerFile = z.strictObject({
  defaultLanguage: language,
  languages: list(language),
  inboxes: list(inbox),
  hours: z.optional(z.array(hours)),
  pools: list(pool),
  defaultQueue: id,
  maxWait: z.optional(
    z.strictObject({
      urgent: z.optional(duration),
      high: z.optional(duration),
      normal: z.optional(duration),
      low: z.optional(duration),
    }),
  ),
  replies: z.optional(z.record(id, z.record(language, name))),
  rules: z.optional(z.array(rule)),
  cannedReplies: z.optional(z.array(cannedReply)),
  templates: z.optional(z.array(template)),
});

export type RouterFile = z.infer<typeof routerFile>;
export type RuleEntry = z.infer<typeof rule>;
export type InboxEntry = z.infer<typeof inbox>;
export type HoursEntry = z.infer<typeof hours>;

/** The keys that are known at a place of the file; undefined where any may stand. */
export function knownKeysAt(path: readonly (string | number)[]): string[] | undefined {
  let schema: z.core.$ZodType = routerFile;
  for (const step of path) schema = childOf(unwrapped(schema), step);
  const here = unwrapped(schema);
  return here instanceof z.ZodMiniObject ? Object.keys(here.shape) : undefined;
}

const unwrapped = (schema: z.core.$ZodType): z.core.$ZodType =>
  schema instanceof z.ZodMiniOptional ? unwrapped(schema.def.innerType) : schema;

function childOf(schema: z.core.$ZodType, step: string | number): z.core.$ZodType {
  if (schema instanceof z.ZodMiniObject) return schema.shape[String(step)] ?? z.unknown();
  if (schema instanceof z.ZodMiniArray) return schema.def.element;
  if (schema instanceof z.ZodMiniRecord) return schema.def.valueType;
  return z.unknown();
}
