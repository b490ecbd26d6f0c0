import { render } from "preact";
import { explain } from "./api.ts";
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
    <div class="notice" role="alert">
      <p>{explain(error)}</p>
      <p>
        <a href="/desk">Sign in again</a>
      </p>
    </div>,
    place,
  );
}
