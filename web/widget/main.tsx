import { render } from "preact";
import { Chat, type ChatState } from "./chat.ts";
import { browserStorage } from "./storage.ts";
import { Widget } from "./widget.tsx";
import type { Switchyard } from "./switchyard.ts";
import css from "./widget.css";
import { dictionary, languageOf } from "./words.ts";

/** The router's chat, written here when the script is served. */
declare const CHAT_URL: string;

function start(script: HTMLScriptElement | null): Switchyard {
  const { inbox = "", lang, visitor = "" } = script?.dataset ?? {};
  const url = new URL(CHAT_URL);
  if (inbox !== "") url.searchParams.set("inbox", inbox);
  const language = languageOf([lang, document.documentElement.lang, ...navigator.languages]);
  const host = document.createElement("switchyard-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  document.body.append(host);

  let isOpen = false;
  const chat = new Chat(url.href, browserStorage(namespaceOf(inbox || url.host, visitor)), draw);
  const isLooking = (): boolean => isOpen && document.visibilityState === "visible";
  const onVisible = (): void => {
    if (document.visibilityState === "visible") chat.hurry();
    chat.look(isLooking());
  };
  const onOnline = (): void => chat.hurry();

  function draw(state: ChatState): void {
    const words = dictionary[language];
    render(<Widget {...{ chat, state, isOpen, onToggle: toggle, words, language }} />, root);
  }
  function toggle(open: boolean): void {
    isOpen = open;
    if (open) chat.connect();
    draw(chat.state);
    chat.look(isLooking());
  }

  document.addEventListener("visibilitychange", onVisible);
  window.addEventListener("online", onOnline);
  draw(chat.state);
  if (chat.hasPast) chat.connect();
  return {
    open: () => toggle(true),
    close: () => toggle(false),
    vouch(token) {
      if (token !== null) return chat.vouch(token);
      chat.forget();
      toggle(false);
    },
    destroy() {
      chat.end();
      document.removeEventListener("visibilitychange", onVisible);
      window.removeEventListener("online", onOnline);
      render(null, root);
      host.remove();
      delete window.switchyard;
    },
  };
}

/** The slash keeps a visitor of any name apart from the keys of the page's own chat. */
const namespaceOf = (chat: string, visitor: string): string =>
  visitor === "" ? chat : `${chat}/${encodeURIComponent(visitor)}`;

function whenThereIsABody(run: () => void): void {
  if (document.body) run();
  else document.addEventListener("DOMContentLoaded", run, { once: true });
}

const script = document.currentScript as HTMLScriptElement | null;
// A second tag on the same page changes nothing.
if (!window.switchyard) whenThereIsABody(() => (window.switchyard ??= start(script)));
