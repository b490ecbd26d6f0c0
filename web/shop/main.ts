/* What a shop's own page does: it tells the widget who is signed in, when it knows. */

addEventListener("message", ({ origin, data }: MessageEvent<{ type?: string; token?: string | null }>) => {
  if (origin === location.origin && data.type === "vouch") window.switchyard?.vouch(data.token ?? null);
});
