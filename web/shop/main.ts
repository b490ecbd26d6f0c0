/*
 * What a shop's own page does: it puts the chat on its page, for whoever uses this browser, and tells it who is signed in,
 * when it knows.
 */

const widget = document.createElement("script");
const visitor = new URLSearchParams(location.search).get("visitor") ?? "";
/** a vouch token, or null once nobody is signed in any more; undefined before anybody was */
let signedIn: string | null | undefined;

function tell(): void {
  if (signedIn !== undefined) window.switchyard?.vouch(signedIn);
}

addEventListener("message", ({ origin, data }: MessageEvent<{ type?: string; token?: string | null }>) => {
  if (origin !== location.origin || data.type !== "vouch") return;
  signedIn = data.token ?? null;
  tell();
});

widget.src = "/widget.js";
Object.assign(widget.dataset, { inbox: "web", visitor });
widget.addEventListener("load", tell);
document.head.append(widget);
