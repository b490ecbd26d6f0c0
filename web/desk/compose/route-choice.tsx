import type { Route } from "../api/types.ts";
import { addressName } from "../words/addresses.ts";
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
  const nameOf = ({ channel, address }: Route): string =>
    `${channelName(channel, t)}, ${addressName({ channel, address }, t)}`;
  const label = (route: Route): string => {
    const refusal = refusalOf(route, t);
    const name = nameOf(route);
    return refusal === undefined ? name : t("route.refused", { name, refusal });
  };
  // What stands in the way of the only one is said where the text is written.
  if (routes.length === 1) return <p class="route">{t("route.by", { name: nameOf(chosen) })}</p>;
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
