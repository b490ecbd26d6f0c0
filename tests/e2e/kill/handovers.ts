import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Between the carrier's commit and our own record of it lie a few milliseconds: that is what is to be hit. */
const lookEveryMs = 1;

/**
 * Looks into the carrier's file, from outside its process, for the moment at which it has taken so many more replies.
 *
 * @param number one of ours: what comes from it is a reply
 */
export function afterHandOvers(dataDirectory: string, number: string, count: number, run: () => void): Disposable {
  const database = new DatabaseSync(join(dataDirectory, "providers.sqlite"), { readOnly: true });
  const statement = database.prepare("select count(*) as taken from twilio_messages where from_address = ?");
  const taken = (): number => Number(statement.get(number)!["taken"]);
  const goal = taken() + count;
  const timer = setInterval(() => {
    if (taken() < goal) return;
    clearInterval(timer);
    run();
  }, lookEveryMs);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      database.close();
    },
  };
}
