import { mailbox } from "../configuration.ts";
import { outsider, people, texts } from "../people.ts";
import type { DeliveredMail, IncomingMail } from "../host/mailService.ts";
import type { World } from "../world.ts";

/** Customers write mails, answer ours, and their programs answer by themselves; some answer what they were never sent. */
export function customersMail(world: World): void {
  const { random } = world;
  const from = random.pick(people).mail;
  const received = random.chance(0.7) ? world.mail.mailsTo(from) : [];
  world.counters.count("work", "mails");
  if (received.length === 0) return writeNew(world, from);
  const deeds = [answer, answer, answer, answerByTokenOnly, sendAbsence, forge, passOn];
  world.mail.arrive(random.pick(deeds)(world, from, random.pick(received)));
}

/** Robots' mail: newsletters, bounces, notes of absence to nothing of ours. */
export function robotsMail(world: World): void {
  const { random } = world;
  const from = random.pick(people).mail;
  const kinds: Partial<IncomingMail>[] = [
    { fields: { Subject: "News of the week", "List-Id": "<news.customers.test>" } },
    { fields: { Subject: "Backup done", "Auto-Submitted": "auto-generated" } },
    { fields: { Subject: "Out of office", "Auto-Submitted": "auto-replied" } },
    { from: "mailer-daemon@customers.test", fields: { Subject: "Undeliverable", "X-Failed-Recipients": from } },
  ];
  world.counters.count("work", "mails of robots");
  const fields = { Subject: "Automatic" };
  world.mail.arrive({ from, to: mailbox, fields, body: random.pick(texts), isAutomatic: true, ...random.pick(kinds) });
}

/** One more mail of this customer's, to the newest of ours where there is one. */
export function mailAgain(world: World, from: string, body: string): void {
  const last = world.mail.mailsTo(from).at(-1);
  world.counters.count("work", "mails");
  if (last) world.mail.arrive({ ...answer(world, from, last), body });
  else world.mail.arrive({ from, to: mailbox, fields: { Subject: "My order" }, body });
}

/** Somebody answers our mail about a request that is settled: the customer, or whom they passed it on to. */
export function customersComeBack(world: World): void {
  const { random } = world;
  const pools = Array.from(world.history.pools.values());
  const isSettled = ({ conversationId }: DeliveredMail): boolean =>
    pools.some(({ conversations }) => conversations.get(conversationId)?.status === "released");
  const mails = people.flatMap(({ mail: from }) =>
    world.mail.mailsTo(from).flatMap((mail) => (isSettled(mail) ? [{ from, mail }] : [])),
  );
  if (mails.length === 0) return;
  const { from, mail } = random.pick(mails);
  world.counters.count("work", "answers to what is settled");
  world.mail.arrive(random.chance(0.6) ? answer(world, from, mail) : passOn(world, from, mail));
}

function writeNew(world: World, from: string): void {
  const { random } = world;
  const subject = random.pick(["My order", "Frage zur Rechnung", "Opening hours", ""]);
  world.mail.arrive({ from, to: mailbox, fields: { Subject: subject }, body: random.pick(texts) });
}

const answered = ({ subject, messageId, references }: DeliveredMail) => ({
  Subject: subject,
  "In-Reply-To": `<${messageId}>`,
  References: [...references, messageId].map((id) => `<${id}>`).join(" "),
});

function answer(world: World, from: string, mail: DeliveredMail): IncomingMail {
  const body = `${world.random.pick(texts)}\r\n\r\nOn Mon, 2 Mar 2026 at 10:00, The shop wrote:\r\n> What we wrote`;
  return { from, to: mail.replyTo, fields: answered(mail), body, answers: [mail.conversationId] };
}

/** By a program that names nothing: only the address says what is answered. */
const answerByTokenOnly = (world: World, from: string, mail: DeliveredMail): IncomingMail => ({
  from,
  to: mail.replyTo,
  fields: { Subject: mail.subject },
  body: world.random.pick(texts),
  answers: [mail.conversationId],
});

const sendAbsence = (world: World, from: string, mail: DeliveredMail): IncomingMail => ({
  ...answer(world, from, mail),
  fields: { ...answered(mail), Subject: "Out of office", "Auto-Submitted": "auto-replied" },
  isAutomatic: true,
});

/** A stranger, or the customer, with a token and an id that nobody of ours ever signed or sent. */
function forge(world: World, from: string, mail: DeliveredMail): IncomingMail {
  const { random } = world;
  const [local = "", domain = ""] = mail.replyTo.split("@");
  const [name = "", mac = ""] = local.slice(local.indexOf("+") + 1).split(".");
  const forged = `${name}.${Array.from(mac, () => random.below(16).toString(16)).join("")}`;
  world.counters.count("work", "forged tokens");
  return {
    from: random.pick([from, random.pick(people).mail, outsider]),
    to: `support+${forged}@${domain}`,
    fields: {
      Subject: mail.subject,
      References: `<${forged}@${domain}> <0107019000000000-${random.next()}-000000@eu-central-1.amazonses.com>`,
    },
    body: random.pick(texts),
  };
}

/** The mail was passed on: somebody else answers it, with everything right. */
const passOn = (world: World, _: string, mail: DeliveredMail): IncomingMail => ({
  ...answer(world, world.random.chance(0.6) ? outsider : world.random.pick(people).mail, mail),
});
