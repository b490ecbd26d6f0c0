import { reachOf, type Access, type Reach, type Reachable } from "./reach.ts";
import type { FunctionName } from "./settings.ts";

/**
 * What each function reaches, as the calls that it makes (invariant I10): tests/infra/access.test.ts holds it to the code.
 */
export function accessOf(reachable: Reachable): Record<FunctionName, Access[]> {
  const reach = reachOf(reachable);
  return { ...intake(reach), ...work(reach), ...upkeep(reach), ...front(reach) };
}

type AccessOf<Name extends FunctionName> = Record<Name, Access[]>;

/** Finds the open desks, pushes to them, and forgets those that are gone. */
const notifying = ({ lists, table, sockets }: Reach): Access[] => [lists, table("DeleteItem"), sockets("POST")];

/** Puts events into the backlogs of webhooks, and wakes their deliveries. */
const telling = ({ table, sendTo }: Reach): Access[] => [table("Query", "PutItem"), sendTo("deliveries")];

/** What comes from customers. */
function intake(reach: Reach): AccessOf<"ingest" | "mail" | "chat"> {
  const { table, sendTo, objects, chats, providers, signing, web, origins } = reach;
  const tell = telling(reach);
  const notify = notifying(reach);
  return {
    ingest: [
      table("GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
      sendTo("inbound", "timers"),
      objects("PutObject"),
      ...providers(({ webhook }) => webhook !== undefined),
      origins,
      ...tell,
      ...notify,
    ],
    mail: [
      table("GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
      sendTo("inbound", "timers"),
      objects("GetObject", "PutObject"),
      signing,
      ...tell,
      ...notify,
    ],
    chat: [
      table("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"),
      sendTo("inbound", "pool", "timers"),
      objects("PutObject"),
      web,
      signing,
      chats("POST", "DELETE"),
      origins,
      ...tell,
      ...notify,
    ],
  };
}

/** What is done about it, and sent to them. */
function work(reach: Reach): AccessOf<"route" | "assign" | "send" | "fetch"> {
  const { table, sendTo, objects, chats, mailOut, providers, signing, origins } = reach;
  const tell = telling(reach);
  const notify = notifying(reach);
  return {
    route: [
      table("GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
      sendTo("inbound", "pool", "outbound", "media", "timers"),
      objects("GetObject", "PutObject"),
      chats("POST"),
      ...tell,
      ...notify,
    ],
    assign: [
      table("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "Query"),
      sendTo("pool", "timers"),
      objects("GetObject", "PutObject"),
      ...tell,
      ...notify,
    ],
    send: [
      table("GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
      sendTo("timers"),
      objects("GetObject"),
      ...providers(() => true),
      signing,
      mailOut,
      chats("POST"),
      origins,
      ...tell,
      ...notify,
    ],
    fetch: [
      table("GetItem", "PutItem", "UpdateItem"),
      objects("GetObject", "PutObject", "DeleteObject"),
      ...providers(({ media }) => media !== undefined),
      signing,
      ...tell,
      ...notify,
    ],
  };
}

/** What comes later, or again. */
function upkeep(reach: Reach): AccessOf<"deliver" | "timer" | "sweep" | "drain" | "reconcile"> {
  const { table, sendTo, objects, chats, providers, signing, origins } = reach;
  const tell = telling(reach);
  const notify = notifying(reach);
  return {
    deliver: [table("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"), sendTo("deliveries"), ...notify],
    timer: [
      table("GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
      sendTo("pool", "timers"),
      chats("POST"),
      signing,
      origins,
      ...tell,
      ...notify,
    ],
    sweep: [table("GetItem", "UpdateItem", "DeleteItem"), sendTo("pool", "outbound"), ...tell],
    drain: [table("GetItem", "UpdateItem"), objects("GetObject", "PutObject"), ...tell, ...notify],
    reconcile: [
      table("GetItem"),
      sendTo("inbound"),
      objects("PutObject"),
      ...providers(({ listInbound }) => listInbound !== undefined),
    ],
  };
}

/** What agents and operators see. */
function front(reach: Reach): AccessOf<"api" | "files" | "records" | "socket" | "pages"> {
  const { table, lists, sendTo, objects, sockets, chats, signing, signIn, socketUrl, chatUrl, bucketDomain } = reach;
  return {
    api: [
      table("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"),
      sendTo("pool", "outbound", "timers"),
      objects("GetObject", "PutObject"),
      socketUrl,
      ...telling(reach),
      ...notifying(reach),
    ],
    files: [objects("GetObject", "PutObject"), signing],
    records: [
      table("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"),
      sendTo("inbound", "media", "pool", "outbound", "timers", "mail", "deliveries"),
      objects("GetObject", "PutObject", "DeleteObject"),
      ...telling(reach),
      ...notifying(reach),
    ],
    socket: [
      table("GetItem", "BatchGetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"),
      lists,
      sockets("POST", "DELETE"),
      chats("POST"),
    ],
    pages: [signIn, socketUrl, chatUrl, bucketDomain],
  };
}
