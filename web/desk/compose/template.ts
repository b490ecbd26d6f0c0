/*
 * Texts with `{{name}}` in them, which stand for what is known of customer, agent and conversation. What is not known
 * stays as it is, so that whoever sends it sees what is missing.
 */

const placeholder = /\{\{\s*([\w.-]+)\s*\}\}/g;

/** Values by the name between the braces; empty ones count as unknown. */
export type Variables = Record<string, string>;

export const fillIn = (text: string, variables: Variables): string =>
  text.replace(placeholder, (raw, name: string) => (Object.hasOwn(variables, name) && variables[name]) || raw);

/** Names that nothing stands for yet, each once. A text with any must not go out. */
export const missingIn = (text: string): string[] => [
  ...new Set(Array.from(text.matchAll(placeholder), ([, name]) => name!)),
];

interface Known {
  customer: { name: string | null; attributes: Record<string, string | number | boolean> } | undefined;
  agent: { id: string; name?: string } | undefined;
  conversation: { id: string; subject: string; address: string; customerName: string | null };
}

/** What canned replies may name. */
export function variablesOf({ customer, agent, conversation }: Known): Variables {
  const attributes = Object.entries(customer?.attributes ?? {}).map(([name, value]) => [
    `customer.${name}`,
    String(value),
  ]);
  return {
    ...Object.fromEntries(attributes),
    "customer.name": customer?.name ?? conversation.customerName ?? "",
    "customer.address": conversation.address,
    "agent.name": agent?.name ?? agent?.id ?? "",
    "conversation.id": conversation.id,
    "conversation.subject": conversation.subject,
  };
}
