/** Somebody who writes, by whatever they have. */
export interface Person {
  phone: string;
  mail: string;
  /** by which the company's shop knows them */
  subject: string;
  /** forms of one number on WhatsApp, the one that names the identity first */
  whatsapp: readonly [string, ...string[]];
  /** the number that they may change to */
  nextWhatsapp: string;
  messenger: string;
  instagram: string;
  telegram: string;
  /** as another company's system calls them */
  custom: string;
}

const person = (
  nth: number,
  known: Pick<Person, "phone" | "mail" | "subject"> & { whatsapp?: Person["whatsapp"] },
): Person => ({
  whatsapp: [known.phone],
  nextWhatsapp: `+4915798765${nth}0${nth}`,
  messenger: `2400000000000${nth}`,
  instagram: `1780000000000${nth}`,
  telegram: `700100${nth}`,
  custom: `visitor ${nth}`,
  ...known,
});

/** Brazil's mobile numbers are written with a nine or without, Mexico's with a one or without: one number each. */
export const people: readonly Person[] = [
  person(1, { phone: "+4915112345601", mail: "anna@customers.test", subject: "4711" }),
  person(2, {
    phone: "+4915112345602",
    mail: "bernd@customers.test",
    subject: "4712",
    whatsapp: ["+525512345678", "+5215512345678"],
  }),
  person(3, {
    phone: "+12025550103",
    mail: "carol@customers.test",
    subject: "4713",
    whatsapp: ["+5511987654321", "+551187654321"],
  }),
  person(4, { phone: "+8613912345604", mail: "dai@customers.test", subject: "4714" }),
];

/** Somebody who has never written, until a mail of ours is passed on to them. */
export const outsider = "erna@elsewhere.test";

const canonical = new Map(people.flatMap(({ whatsapp: [first, ...forms] }) => forms.map((form) => [form, first])));

/** The address that names whoever writes from this one. */
export const addressOf = (written: string): string => canonical.get(written) ?? written;

/** Words that every checker and actor can count on: each text below leads somewhere known. */
export const texts = [
  "Guten Tag, ich habe eine Frage zu meiner letzten Bestellung und warte seit Tagen auf eine Antwort.",
  "Meine Rechnung vom letzten Monat ist falsch, bitte prüfen Sie den Betrag noch einmal genau.",
  "Hello, I would like to know when the parcel that I ordered last week will arrive at my house.",
  "There is a mistake on my invoice, could you please have another look at the amount?",
  "您好，我想了解一下你们的产品价格和配送时间，谢谢您的帮助。",
  "我收到的商品有问题，请问应该怎么办理退货手续？",
  "What are your opening hours on the weekend and on public holidays?",
  "I want to buy three more of these, which discount can you offer me for that?",
  "ok",
  "👍",
  "¿?",
];

/** Whole messages by which customers stop and start messages, of every language that we know any of. */
export const optOutWords = {
  stop: ["STOP", "Stopp", "abmelden", "baja", "Arrêt", "退订", "sair"],
  start: ["START", "Anmelden", "iniciar", "恢复", "unstop"],
};

/** A picture like no other. */
export const pictureOf = (name: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, ...Buffer.from(name)]);
