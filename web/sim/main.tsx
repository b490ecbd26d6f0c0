import { render } from "preact";
import type { Inbox } from "./apps.ts";
import { People } from "./people.tsx";

const place = document.getElementById("sim")!;

try {
  const { items } = (await (await fetch("/sim/inboxes")).json()) as { items: Inbox[] };
  place.replaceChildren();
  render(<People inboxes={items} />, place);
} catch (error) {
  place.textContent = `The simulator could not start: ${String(error)}`;
}
