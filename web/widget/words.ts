/** What the widget says. */
export interface Words {
  title: string;
  open: string;
  close: string;
  unread: (count: number) => string;
  messages: string;
  write: string;
  send: string;
  you: string;
  them: string;
  empty: string;
  typing: string;
  offline: string;
  tooLong: string;
  status: Record<"sending" | "sent" | "received" | "read" | "failed", string>;
}

const en: Words = {
  title: "Chat with us",
  open: "Open chat",
  close: "Close chat",
  unread: (count) => (count === 1 ? "1 new message" : `${count} new messages`),
  messages: "Messages",
  write: "Your message",
  send: "Send",
  you: "You",
  them: "Service",
  empty: "Write to us. We answer here.",
  typing: "Someone is typing …",
  offline: "You are offline. What you write is sent as soon as you are back.",
  tooLong: "This message is too long: please send it in parts.",
  status: { sending: "Sending", sent: "Sent", received: "Received", read: "Read", failed: "Not sent" },
};

const de: Words = {
  title: "Chatten Sie mit uns",
  open: "Chat öffnen",
  close: "Chat schließen",
  unread: (count) => (count === 1 ? "1 neue Nachricht" : `${count} neue Nachrichten`),
  messages: "Nachrichten",
  write: "Ihre Nachricht",
  send: "Senden",
  you: "Sie",
  them: "Service",
  empty: "Schreiben Sie uns. Wir antworten hier.",
  typing: "Es wird gerade geschrieben …",
  offline: "Sie sind offline. Was Sie schreiben, wird gesendet, sobald die Verbindung wieder steht.",
  tooLong: "Diese Nachricht ist zu lang: Bitte senden Sie sie in Teilen.",
  status: {
    sending: "Wird gesendet",
    sent: "Gesendet",
    received: "Empfangen",
    read: "Gelesen",
    failed: "Nicht gesendet",
  },
};

const zh: Words = {
  title: "在线客服",
  open: "打开聊天",
  close: "关闭聊天",
  unread: (count) => `${count} 条新消息`,
  messages: "消息",
  write: "您的消息",
  send: "发送",
  you: "您",
  them: "客服",
  empty: "请给我们留言，我们会在这里回复。",
  typing: "对方正在输入…",
  offline: "您已离线。连接恢复后，您写的内容会立即发送。",
  tooLong: "消息太长，请分几条发送。",
  status: { sending: "正在发送", sent: "已发送", received: "已收到", read: "已读", failed: "未发送" },
};

export const dictionary = { en, de, zh };

export type Language = keyof typeof dictionary;

/** The first of these languages (BCP 47) that the widget speaks; else English. */
export function languageOf(wanted: readonly (string | undefined)[]): Language {
  const primary = wanted.map((tag) => tag?.toLowerCase().split("-", 1)[0] ?? "");
  return primary.find((tag): tag is Language => Object.hasOwn(dictionary, tag)) ?? "en";
}
