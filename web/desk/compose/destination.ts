import type { Conversation, Route } from "../api/types.ts";
import { hasBegun, type Destination, type Draft } from "./drafts.ts";

/*
 * By which of the customer's addresses a reply goes: where they wrote last. What an agent has chosen in its place holds until
 * the customer writes again from elsewhere; and a reply that was begun stays where it was begun, whatever comes meanwhile.
 */

export interface Moment {
  conversation: Pick<Conversation, "identityId" | "messageVersion">;
  routes: Route[];
  draft: Draft;
}

export interface Settled {
  destination: Destination | undefined;
  /** absent where no address is known */
  route: Route | undefined;
  /** where the customer has written since from, while the reply stays where it was begun */
  newer: Route | undefined;
}

/** Where the reply goes now. Asked again with the destination that it gave, it gives the same one. */
export function settle({ conversation, routes, draft }: Moment): Settled {
  const lastUsed = routes.find(({ isLastUsed }) => isLastUsed) ?? routes[0];
  const { destination: before } = draft;
  const isLeft = before?.isChosen === true && hasWrittenElsewhere(before, conversation);
  if (!hasBegun(draft)) {
    const destination = before?.isChosen && !isLeft ? before : undefined;
    return { destination, route: routeOf(destination, routes) ?? lastUsed, newer: undefined };
  }
  const route = routeOf(before, routes) ?? lastUsed;
  const destination = before ?? (route && destinationAt(route, conversation, false));
  const isElsewhere = route !== lastUsed && (isLeft || before?.isChosen === false);
  return { destination, route, newer: isElsewhere ? lastUsed : undefined };
}

export const destinationAt = (
  { identityId }: Pick<Route, "identityId">,
  { messageVersion }: Moment["conversation"],
  isChosen: boolean,
): Destination => ({ identityId, isChosen, since: messageVersion });

const routeOf = (destination: Destination | undefined, routes: Route[]): Route | undefined =>
  routes.find(({ identityId }) => identityId === destination?.identityId);

const hasWrittenElsewhere = ({ identityId, since }: Destination, conversation: Moment["conversation"]): boolean =>
  conversation.messageVersion > since && conversation.identityId !== identityId;
