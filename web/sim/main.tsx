import { render } from "preact";
import { Phones } from "./phones.tsx";

const place = document.getElementById("sim")!;

try {
  const inboxes = (await (await fetch("/sim/inboxes")).json()) as {
    items: { id: string; channel: string; address: string }[];
  };
  const numbers = inboxes.items.filter((inbox) => inbox.channel === "sms").map((inbox) => inbox.address);
  place.replaceChildren();
  render(<Phones numbers={numbers} />, place);
} catch (error) {
  place.textContent = `The simulator could not start: ${String(error)}`;
}
