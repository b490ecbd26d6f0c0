/** What a page may do with the widget: `window.switchyard`, once its script has run. */
export interface Switchyard {
  open(): void;
  close(): void;
  /**
   * Says who is before the page: a token that the company's own server signed a moment ago. Null: nobody any more, and what
   * was said is not for the next one's eyes.
   */
  vouch(token: string | null): void;
  /** Takes the widget off the page; the session stays for the next one. */
  destroy(): void;
}

declare global {
  interface Window {
    switchyard?: Switchyard;
  }
}
