import { render } from "preact";
import { Desk } from "./desk.tsx";
import { signIn } from "./session.ts";

const place = document.getElementById("desk")!;

try {
  const session = await signIn();
  if (session) {
    place.replaceChildren();
    render(<Desk session={session} />, place);
  }
} catch (error) {
  place.replaceChildren();
  render(
    <p class="notice" role="alert">
      {error instanceof Error ? error.message : String(error)}
    </p>,
    place,
  );
}
