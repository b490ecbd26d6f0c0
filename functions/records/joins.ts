import { visibleCustomer } from "./customers.ts";
import { customerView } from "./customer-view.ts";
import { refusal } from "../refuse.ts";
import type { CallOf, Handlers } from "../routes.ts";
import type { customerContract } from "../../shared/api/customers.ts";
import { ProblemError } from "../../shared/flow/http-reply.ts";
import type { Identity } from "../../shared/core/customer.ts";
import { mergeCustomers } from "../../shared/flow/join.ts";
import { previewMerge } from "../../shared/flow/merge-preview.ts";
import { undoMerge } from "../../shared/flow/undo-merge.ts";
import { isoTime } from "../../shared/ports/clock.ts";

export const joinHandlers: Handlers<Pick<typeof customerContract, "previewMerge" | "mergeCustomers" | "undoMerge">> = {
  previewMerge: preview,
  mergeCustomers: merge,
  undoMerge: undo,
};

async function preview(call: CallOf<"previewMerge">) {
  const survivor = await visibleCustomer(call.parameters.id, call);
  const from = await visibleCustomer(call.query.from, call);
  if (survivor.id === from.id) throw sameCustomer();
  const {
    pairs,
    truncated,
    keptConversationId = null,
    withdrawnConversationId = null,
  } = await previewMerge(survivor, from, call.app);
  return {
    pairs: pairs.map((pair) => ({ ...pair, survivor: placeOf(pair.survivor), from: placeOf(pair.from) })),
    truncated,
    keptConversationId,
    withdrawnConversationId,
  };
}

const placeOf = ({ id: identityId, channel, address }: Identity) => ({ identityId, channel, address });

const sameCustomer = () => refusal("same-customer", "Both are one customer already.");

/** Who joins two customers sees both: what they read stands behind the decision, and their name is the evidence. */
async function merge(call: CallOf<"mergeCustomers">) {
  const { app, caller, body } = call;
  const survivor = await visibleCustomer(call.parameters.id, call);
  const from = await visibleCustomer(body.from, call);
  const evidence = { kind: "agent", at: isoTime(app.clock.now()), by: caller.id } as const;
  const result = await mergeCustomers({ survivorId: survivor.id, fromId: from.id, evidence }, app);
  if (result.outcome === "merged") return customerView(result.customer, call);
  if (result.outcome === "same") throw sameCustomer();
  throw new ProblemError(404, `Customer ${result.customerId} was removed meanwhile.`);
}

async function undo(call: CallOf<"undoMerge">) {
  const result = await undoMerge(call.parameters.id, call.caller.id, call.app);
  if (result.outcome === "undone") return customerView(result.survivor, call);
  if (result.outcome === "already-undone") throw refusal("already-undone", "The merge was undone before.");
  throw new ProblemError(404, "There is no merge of that id.");
}
