import type { Session } from "../session.ts";
import { problemOf } from "./problem.ts";
import { signedIn } from "./signed-in.ts";
import type {
  Agent,
  CannedReply,
  Conversation,
  Customer,
  CustomerChange,
  Found,
  ListedCustomer,
  MergePreview,
  Message,
  Offer,
  Page,
  PresenceStatus,
  Queue,
  Route,
  Send,
  SendAction,
  Template,
  TransferTarget,
  Written,
} from "./types.ts";
import { uploadFile, type UploadOptions } from "./upload.ts";

export type Api = ReturnType<typeof createApi>;

/** @throws Problem for every answer that is no success */
async function ask(
  token: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  const response = await fetch(`/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.ok) return response;
  throw problemOf(response.status, await response.json().catch(() => undefined));
}

type Request = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>;
type Call = <Answer>(method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** The calls of a desk. @throws Problem, or TypeError where no answer came, from each */
export function createApi(session: Session) {
  const request: Request = (...parts) => signedIn(session, (token) => ask(token, ...parts));
  const call: Call = async <Answer>(...parts: Parameters<Call>) => (await (await request(...parts)).json()) as Answer;
  return {
    ...conversationCalls(call, request),
    ...customerCalls(call),
    ...agentCalls(call, session.userId),
    ...operatorCalls(call),
    upload: (file: File, options: UploadOptions) => signedIn(session, (token) => uploadFile(token, file, options)),
  };
}

const segment = encodeURIComponent;
const queryOf = (some: Record<string, string>): string => `?${new URLSearchParams(some)}`;

function conversationCalls(call: Call, request: (method: string, path: string) => Promise<Response>) {
  const path = (id: string): string => `/conversations/${segment(id)}`;
  const messagePath = (id: string, messageId: string): string => `${path(id)}/messages/${segment(messageId)}`;
  return {
    conversations: (filter: { agent?: string; status?: Conversation["status"]; queue?: string; cursor?: string }) =>
      call<Page<Conversation>>("GET", `/conversations${queryOf(filter)}`),
    conversation: (id: string) => call<Conversation>("GET", path(id)),
    messages: (id: string) => allPages<Message>(call, `${path(id)}/messages`),
    wholeText: async (id: string, messageId: string) =>
      (await request("GET", `${messagePath(id, messageId)}/text`)).text(),
    html: async (id: string, messageId: string) =>
      (await call<{ html: string }>("GET", `${messagePath(id, messageId)}/html`)).html,
    /** A link that opens for a few minutes. */
    media: (id: string, messageId: string, index: number) =>
      call<{ url: string }>("GET", `${messagePath(id, messageId)}/media/${index}`),
    routes: async (id: string) => (await call<Page<Route>>("GET", `${path(id)}/routes`)).items,
    write: (id: string, written: Written, key: string) =>
      call<Message>("POST", `${path(id)}/messages`, written, { "idempotency-key": key }),
    setTags: (id: string, tags: string[]) => call<Conversation>("PATCH", path(id), { tags }),
    resolve: (id: string, messageVersion: number) =>
      call<Conversation>("POST", `${path(id)}/resolve`, { messageVersion }),
    reopen: (id: string) => call<Conversation>("POST", `${path(id)}/reopen`, {}),
    transfer: (id: string, target: TransferTarget, note: string) =>
      call<Conversation>("POST", `${path(id)}/transfer`, note === "" ? target : { ...target, note }),
    /** @param until null ends it */
    snooze: (id: string, until: string | null) => call<Conversation>("POST", `${path(id)}/snooze`, { until }),
    search: (q: string) => call<Found>("GET", `/search${queryOf({ q })}`),
  };
}

function customerCalls(call: Call) {
  const path = (id: string): string => `/customers/${segment(id)}`;
  return {
    customer: (id: string) => call<Customer>("GET", path(id)),
    customersAt: async (address: string) =>
      (await call<Page<ListedCustomer>>("GET", `/customers${queryOf({ address })}`)).items,
    history: (id: string, cursor?: string) =>
      call<Page<Conversation>>("GET", `${path(id)}/history${cursor === undefined ? "" : queryOf({ cursor })}`),
    changeCustomer: (id: string, change: CustomerChange) => call<Customer>("PATCH", path(id), change),
    mergePreview: (survivorId: string, from: string) =>
      call<MergePreview>("GET", `${path(survivorId)}/merge-preview${queryOf({ from })}`),
    /** The first one survives. */
    merge: (survivorId: string, from: string) => call<Customer>("POST", `${path(survivorId)}/merge`, { from }),
    undoMerge: (mergeId: string) => call<Customer>("POST", `/merges/${segment(mergeId)}/undo`, {}),
  };
}

function agentCalls(call: Call, userId: string) {
  const ownAgent = `/agents/${segment(userId)}`;
  return {
    agent: () => call<Agent>("GET", ownAgent),
    agents: () => allPages<Agent>(call, "/agents"),
    setPresence: (status: PresenceStatus, reason?: string) =>
      call<Agent>("PUT", `${ownAgent}/presence`, { status, reason }),
    queues: () => allPages<Queue>(call, "/queues"),
    offers: () => call<Page<Offer>>("GET", "/offers"),
    answerOffer: (id: string, answer: "accept" | "reject") => call("POST", `/offers/${segment(id)}/${answer}`, {}),
    templates: (inboxId: string) => allPages<Template>(call, `/templates${queryOf({ inbox: inboxId })}`),
    cannedReplies: () => allPages<CannedReply>(call, "/canned-replies"),
    socketTicket: () => call<{ url: string }>("POST", "/socket-tickets", {}),
  };
}

const parkedSends = `/sends${queryOf({ state: "parked" })}`;

function operatorCalls(call: Call) {
  return {
    parkedSends: () => allPages<Send>(call, parkedSends),
    firstParkedSends: () => call<Page<Send>>("GET", parkedSends),
    /** What a parked send says that can be done with it. */
    settle: ({ method, path }: SendAction) => call(method, path.replace(/^\/v1/, ""), {}),
  };
}

async function allPages<Item>(call: Call, path: string): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Item> = await call("GET", cursor === undefined ? path : withCursor(path, cursor));
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
}

const withCursor = (path: string, cursor: string): string =>
  `${path}${path.includes("?") ? "&" : "?"}${new URLSearchParams({ cursor })}`;
