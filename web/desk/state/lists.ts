import type { Api } from "../api/api.ts";
import type { Agent, Conversation, Offer, Page, Queue } from "../api/types.ts";
import type { Session } from "../session.ts";

/** Which conversations the list shows. */
export type View = "open" | "snoozed" | "resolved";

/** What is chosen to be listed. */
export interface Choice {
  view: View;
  /** one queue's only */
  queueId: string | undefined;
  /** how many pages of each long section */
  pages: number;
}

/** A section of the list, as far as it has been fetched. */
export interface Section {
  items: Conversation[];
  hasMore: boolean;
}

/** What stands in the column beside the open conversation. */
export interface Lists {
  agent: Agent | undefined;
  offers: Offer[];
  queues: Queue[];
  /** what this agent holds or is offered */
  own: Conversation[];
  /** of the view: those that nobody has, those set aside, or those resolved */
  shown: Section;
  /** for supervisors: what agents hold */
  others: Section;
  /** for operators: how many replies wait for a person, as far as the first page goes */
  parked?: { count: number; hasMore: boolean };
}

const nothing: Section = { items: [], hasMore: false };

const statuses = { open: "waiting", snoozed: "snoozed", resolved: "resolved" } as const;

/** Whether what is parked is for them to decide. */
export const isOperator = ({ groups }: Session): boolean =>
  groups.some((group) => group === "operator" || group === "admin");

export async function fetchLists(api: Api, session: Session, choice: Choice): Promise<Lists> {
  const { userId, groups } = session;
  const isAgent = groups.includes("agent");
  const { view, queueId, pages } = choice;
  const inQueue = queueId === undefined ? {} : { queue: queueId };
  const section = (status: Conversation["status"]): Promise<Section> =>
    sectionOf((cursor) => api.conversations({ status, ...inQueue, ...cursor }), pages);
  const [agent, offers, queues, own, shown, others, parked] = await Promise.all([
    isAgent ? api.agent() : undefined,
    isAgent ? api.offers() : { items: [] },
    api.queues(),
    isAgent ? api.conversations({ agent: userId }) : { items: [] },
    section(statuses[view]),
    isAgent || view !== "open" ? nothing : section("assigned"),
    isOperator(session) ? api.firstParkedSends() : undefined,
  ]);
  return {
    agent,
    offers: offers.items,
    queues,
    own: own.items.toSorted((one, other) => other.lastMessageAt.localeCompare(one.lastMessageAt)),
    shown: { ...shown, items: shown.items.toSorted(orders[view]) },
    others,
    ...(parked && { parked: { count: parked.items.length, hasMore: parked.cursor !== undefined } }),
  };
}

/** Who has waited longest comes first; of what is done, what was done last. */
const orders: Record<View, (one: Conversation, other: Conversation) => number> = {
  open: (one, other) => one.openedAt.localeCompare(other.openedAt),
  snoozed: (one, other) => (one.snoozedUntil ?? "").localeCompare(other.snoozedUntil ?? ""),
  resolved: (one, other) => (other.closedAt ?? "").localeCompare(one.closedAt ?? ""),
};

async function sectionOf(
  read: (cursor: { cursor?: string }) => Promise<Page<Conversation>>,
  pages: number,
): Promise<Section> {
  const items: Conversation[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    const next: Page<Conversation> = await read(cursor === undefined ? {} : { cursor });
    items.push(...next.items);
    cursor = next.cursor;
    if (cursor === undefined) break;
  }
  return { items, hasMore: cursor !== undefined };
}
