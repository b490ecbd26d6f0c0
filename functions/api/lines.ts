import { allQueueIds, visibleQueueIds } from "../access.ts";
import type { Context } from "./routes.ts";
import type { conversationStatuses } from "../../shared/api/fields.ts";
import type { Conversation } from "../../shared/core/conversation.ts";
import { InvalidCursor } from "../../shared/ports/paging.ts";
import type { Stores } from "../../shared/ports/stores.ts";

export type Status = (typeof conversationStatuses)[number];

/** What a desk lists when it names no status. */
export const openStatuses: Status[] = ["assigned", "offered", "waiting", "snoozed"];

/** One list of the index: a queue's conversations of one status, where they are held those of one agent. */
export interface Line {
  queueId: string;
  status: Status;
  agentId?: string;
}

const held: Status[] = ["assigned", "offered"];

/** Of queues that the caller does not see, only what they hold: a supervisor may have given it to them. */
export function linesOf(status: Status, { caller, app }: Context, queueId?: string, agentId?: string): Line[] {
  const visible = visibleQueueIds(caller, app);
  const queueIds = queueId ? [queueId] : allQueueIds(app);
  return queueIds.flatMap((each) => {
    if (!held.includes(status)) return visible.includes(each) ? [{ queueId: each, status }] : [];
    if (visible.includes(each)) return [{ queueId: each, status, agentId }];
    return [{ queueId: each, status, agentId: caller.id }];
  });
}

/** Reads on, a few lines at a time, until the page is full. The cursor names line and place. @throws InvalidCursor */
export async function readLines(
  lines: Line[],
  page: { limit: number; cursor?: string },
  stores: Stores,
): Promise<{ items: Conversation[]; cursor?: string }> {
  const start = readCursor(page.cursor, lines.length);
  const items: Conversation[] = [];
  for (let line = start.line; line < lines.length; line += linesAtOnce) {
    const some = lines.slice(line, line + linesAtOnce);
    const pages = await Promise.all(
      some.map((each, position) => {
        const cursor = line + position === start.line ? start.inner : undefined;
        return stores.conversations.list(each, { limit: page.limit, cursor });
      }),
    );
    for (const [position, found] of pages.entries()) {
      if (items.length > 0 && items.length + found.items.length > page.limit) {
        return { items, cursor: writeCursor(line + position) };
      }
      items.push(...found.items);
      if (found.cursor) return { items, cursor: writeCursor(line + position, found.cursor) };
    }
  }
  return { items };
}

const linesAtOnce = 8;

const writeCursor = (line: number, inner = ""): string => `${line}.${inner}`;

function readCursor(cursor: string | undefined, lines: number): { line: number; inner?: string } {
  if (cursor === undefined) return { line: 0 };
  const [, line, inner] = /^(\d{1,6})\.(.*)$/s.exec(cursor) ?? [];
  if (line === undefined || Number(line) >= lines) throw new InvalidCursor();
  return { line: Number(line), inner: inner || undefined };
}
