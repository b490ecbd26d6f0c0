import { kinds, listedBy, reportedBy, type Kind } from "./carriers.ts";
import { createWorld, type Reply, type Sender, type World } from "./world.ts";

const minuteMs = 60_000;
/** Nothing may be open for longer. */
const settledWithinMs = 15 * minuteMs;
/** Evidence that comes so soon must do. */
const evidenceWithinMs = 5 * minuteMs;
const texts = ["Gladly.", "It left our house today.", "Could you please send me a picture of it?"];

/** What became of the sends of one kind, or of all. */
export interface Outcome {
  kind: Kind | "all";
  sends: number;
  /** whose first hand-over was cut once it was taken, and before */
  cutOnceTaken: number;
  cutBefore: number;
  /** hand-overs of a message that its provider had taken before */
  blindDuplicates: number;
  /** that no customer ever got, and that nobody knows of: neither parked nor failed */
  silentlyLost: number;
  /** after 15 minutes neither settled nor before a person */
  unresolved: number;
  parked: number;
  /** whose outcome was unknown, and for which evidence came or could be asked for within 5 minutes */
  withEvidence: number;
  /** of these, settled and not parked within 15 minutes */
  resolvedWithEvidence: number;
}

export interface Measured {
  outcomes: Outcome[];
  /** messages that customers have received by what the providers hold */
  received: number;
  /** and by what was counted at each hand-over */
  taken: number;
}

/**
 * Rounds of a reply in every conversation, and 15 minutes after it.
 *
 * @param people customers of each kind
 */
export async function measure(
  sender: Sender,
  { people, rounds, seed }: { people: number; rounds: number; seed: number },
): Promise<Measured> {
  const world = await createWorld(people, seed, sender);
  const parked = new Set<string>();
  try {
    for (let round = 0; round < rounds; round += 1) {
      await world.replyToAll(texts[round % texts.length]!);
      await world.pass(settledWithinMs);
      await noteParked(world, parked);
    }
    const outcomes = [...kinds, "all" as const].map((kind) => outcomeOf(kind, world.replies, parked));
    const taken = world.replies.flatMap(({ attempts }) => attempts).filter(({ isTaken }) => isTaken).length;
    return { outcomes, received: world.received(), taken };
  } finally {
    world.close();
  }
}

async function noteParked({ flow, replies }: World, parked: Set<string>): Promise<void> {
  for (const { id } of replies) {
    const message = await flow.stores.messages.get(id);
    if (message?.direction === "out" && message.status === "parked") parked.add(id);
  }
}

function outcomeOf(kind: Outcome["kind"], all: Reply[], parked: ReadonlySet<string>): Outcome {
  const replies = kind === "all" ? all : all.filter((reply) => reply.kind === kind);
  const count = (is: (reply: Reply) => boolean): number => replies.filter(is).length;
  const isOpen = (reply: Reply): boolean => isLate(reply) && !parked.has(reply.id);
  const firstCut = ({ attempts: [first] }: Reply) => first?.fate.cut;
  return {
    kind,
    sends: replies.length,
    cutOnceTaken: count((reply) => firstCut(reply) === "once it was taken"),
    cutBefore: count((reply) => firstCut(reply) === "before it was taken"),
    blindDuplicates: replies.reduce((sum, reply) => sum + Math.max(0, takenOf(reply) - 1), 0),
    silentlyLost: count((reply) => takenOf(reply) === 0 && isOpen(reply)),
    unresolved: count(isOpen),
    parked: count(({ id }) => parked.has(id)),
    withEvidence: count(hasEvidence),
    resolvedWithEvidence: count((reply) => hasEvidence(reply) && !isLate(reply) && !parked.has(reply.id)),
  };
}

const takenOf = ({ attempts }: Reply): number => attempts.filter(({ isTaken }) => isTaken).length;

const isLate = ({ settledAt, acceptedAt }: Reply): boolean =>
  settledAt === undefined || settledAt > acceptedAt + settledWithinMs;

/**
 * Whether somebody could know what became of it. What was taken is reported or listed; that something was not taken is seen
 * in a list alone. By the last attempt of those in the first five minutes: an earlier one that was lost may have been repeated.
 */
function hasEvidence({ kind, acceptedAt, attempts }: Reply): boolean {
  const inTime = attempts.filter(({ at }) => at <= acceptedAt + evidenceWithinMs);
  if (inTime.every(({ fate }) => fate.cut === "never")) return false;
  const { fate, isTaken } = inTime.at(-1)!;
  return listedBy.has(kind) || (isTaken && !fate.isSilent && reportedBy.has(kind));
}
