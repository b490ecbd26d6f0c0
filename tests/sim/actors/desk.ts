import type { Caller } from "../../../functions/caller.ts";
import type { World } from "../world.ts";

/** A conversation as the API lists it. */
export interface Shown {
  id: string;
  agentId: string | null;
  channel: string;
  address: string;
  inboxId: string;
  customerId: string;
}

export const supervisor: Caller = { id: "supervisor", role: "supervisor" };
export const asAgent = (id: string): Caller => ({ id, role: "agent" });

export async function pickConversation(
  world: World,
  caller: Caller,
  query: string,
  isWanted: (conversation: Shown) => boolean = () => true,
): Promise<Shown | undefined> {
  const { status, body } = await world.insist({ caller, method: "GET", path: "/v1/conversations", query });
  if (status !== 200) throw new Error(`GET /v1/conversations answered ${status}: ${body}`);
  const items = (JSON.parse(body) as { items: Shown[] }).items.filter(isWanted);
  return items.length > 0 ? world.random.pick(items) : undefined;
}

export const pathOf = ({ id }: Shown, action: string): string => `/v1/conversations/${id}/${action}`;
