import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ComposerProps } from "./composer-props.ts";
import { destinationAt, settle } from "./destination.ts";
import { hasBegun } from "./drafts.ts";

/** By which address a conversation's reply goes. It is kept with the draft, so that looking elsewhere changes nothing. */
export function useDestination({ drafts, conversation, routes }: ComposerProps) {
  const { id } = conversation;
  const [draft, setDraft] = useState(drafts.get(id, "reply"));
  useEffect(() => drafts.subscribe(() => setDraft(drafts.get(id, "reply"))), [drafts, id]);
  const { destination, route, newer } = settle({ conversation, routes, draft });
  useLayoutEffect(() => {
    if (destination !== draft.destination) drafts.write(id, "reply", { destination });
  });
  return {
    route,
    newer,
    hasMoved: useHasMoved(draft.destination?.identityId, route?.identityId, destination?.isChosen, hasBegun(draft)),
    choose: (identityId: string) =>
      drafts.write(id, "reply", { destination: destinationAt({ identityId }, conversation, true) }),
  };
}

/** Whether the reply goes elsewhere than it did, by the customer's doing; until it is sent, or the agent has chosen. */
function useHasMoved(
  heldId: string | undefined,
  routeId: string | undefined,
  isChosen: boolean | undefined,
  isBegun: boolean,
): boolean {
  const [hasMoved, setMoved] = useState(false);
  const before = useRef({ routeId: heldId ?? routeId, isBegun });
  useLayoutEffect(() => {
    const was = before.current;
    before.current = { routeId, isBegun };
    if (was.routeId !== routeId) setMoved(was.routeId !== undefined && !isChosen);
    else if (was.isBegun && !isBegun) setMoved(false);
  }, [routeId, isBegun]);
  return hasMoved;
}
