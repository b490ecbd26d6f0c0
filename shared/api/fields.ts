import * as z from "zod/mini";
import { limits } from "../core/limits.ts";

/*
 * Pieces that the routes' schemas share. Answers are open objects, so that a field may be added without breaking whoever
 * reads them; bodies and queries are strict, so that a misspelt field is named and not ignored.
 */

/** Text that a person or system wrote. Lone surrogates, which UTF-8 can't carry, become U+FFFD. */
export const text = (maxCharacters: number) =>
  z.string().check(
    z.minLength(1),
    z.maxLength(maxCharacters),
    z.overwrite((value) => value.toWellFormed()),
  );

export const name = text(limits.maxNameCharacters);

export const id = z.string();

/** ISO 8601 in UTC, e.g. 2026-11-02T09:00:00.000Z */
export const timestamp = z.iso.datetime();

/** What a list's query takes beside its filters. */
export const page = {
  cursor: z.optional(
    z
      .string()
      .check(
        z.maxLength(limits.maxCursorCharacters),
        z.describe("from the page before; leave it out to begin at the first"),
      ),
  ),
  limit: z.optional(z.int().check(z.minimum(1), z.maximum(limits.maxPageItems))),
};

export const pageQuery = z.strictObject(page);

/** `cursor` leads to the next page; the last has none. */
export const listOf = <Item extends z.ZodMiniType>(item: Item) =>
  z.object({ items: z.array(item), cursor: z.optional(z.string()) });

export const language = z.string().check(z.regex(/^[a-z]{2,3}$/, "is no language's code, e.g. de"));

export const presences = ["available", "away", "offline"] as const;

export const conversationStatuses = ["waiting", "offered", "assigned", "snoozed", "resolved"] as const;
