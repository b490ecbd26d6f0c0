import { render } from "preact";
import { People } from "./people.tsx";

const place = document.getElementById("sim")!;

try {
  const { items } = (await (await fetch("/sim/inboxes")).json()) as {
    items: { id: string; channel: string; address: string }[];
  };
  const on = (channel: string): string[] =>
    items.filter((inbox) => inbox.channel === channel).map((inbox) => inbox.address);
  const addresses = { numbers: on("sms"), mail: on("email"), hasChat: on("web").length > 0 };
  place.replaceChildren();
  render(<People addresses={addresses} />, place);
} catch (error) {
  place.textContent = `The simulator could not start: ${String(error)}`;
}
