import { letterOf } from "./letter.ts";

/*
 * The page between the desk and a customer's HTML. The desk's own policy forbids inline styles, and a frame with `srcdoc`
 * inherits the policy of the page that holds it (HTML, "determining navigation params policy container"); so the desk
 * frames this page, whose policy allows styles and nothing else, and this page frames the mail.
 */
addEventListener("message", ({ data, source, origin }: MessageEvent<unknown>) => {
  if (source !== parent || origin !== location.origin || typeof data !== "string") return;
  const frame = document.createElement("iframe");
  // No scripts, no forms, no origin; a link opens in a window of its own, which knows nothing of this one.
  frame.setAttribute("sandbox", "allow-popups allow-popups-to-escape-sandbox");
  frame.title = document.title;
  frame.srcdoc = letterOf(data);
  document.body.replaceChildren(frame);
});

parent.postMessage("ready", location.origin);
