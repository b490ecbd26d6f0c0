import type { Route } from "../api/types.ts";
import { routeName } from "../words/addresses.ts";
import { channelName } from "../words/labels.ts";
import { refusalOf } from "../words/refusals.ts";
import { useWords } from "../words/words.tsx";

interface Props {
  routes: Route[];
  chosen: Route;
  onChoose: (identityId: string) => void;
}

/** By which of the customer's addresses the reply goes out; those that nothing may go out to say why. */
export function RouteChoice({ routes, chosen, onChoose }: Props) {
  const { t } = useWords();
  const label = (route: Route): string => {
    const name = routeName(route, t);
    // Of the one that is chosen it is said where the text is written.
    const refusal = route === chosen ? undefined : refusalOf(route, t);
    return refusal === undefined ? name : t("route.refused", { name, refusal });
  };
  if (routes.length === 1) return <p class="route">{t("route.by", { name: routeName(chosen, t) })}</p>;
  return (
    <label class="route">
      <span>{t("route.label")}</span>
      <select name="route" value={chosen.identityId} onChange={(event) => onChoose(event.currentTarget.value)}>
        {routes.map((route) => (
          <option key={route.identityId} value={route.identityId} disabled={!route.canSend.ok && route !== chosen}>
            {label(route)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The reply goes elsewhere than a moment ago. */
export function Moved({ route }: { route: Route | undefined }) {
  const { t } = useWords();
  return (
    <p class="hint standing moved" role="status">
      {route && t("route.moved", { name: routeName(route, t) })}
    </p>
  );
}

interface NewerProps {
  /** where the customer has written from since */
  newer: Route | undefined;
  /** that the reply was begun for */
  current: Route | undefined;
  onSwitch: (identityId: string) => void;
}

/** The reply stays where it was begun, and goes along with the customer where its agent wants it to. */
export function Newer({ newer, current, onSwitch }: NewerProps) {
  const { t } = useWords();
  const name = (route: Route): string =>
    newer?.channel === current?.channel ? routeName(route, t) : channelName(route.channel, t);
  return (
    <div class="newer" role="status">
      {newer && current && (
        <div class="banner is-warning">
          <p>{t("route.newer", { name: name(newer), current: name(current) })}</p>
          <button type="button" class="quiet" onClick={() => onSwitch(newer.identityId)}>
            {t("way.other-channel", { name: name(newer) })}
          </button>
        </div>
      )}
    </div>
  );
}
