import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Clock } from "../ports/clock.ts";
import type { Secrets } from "../ports/secrets.ts";
import { clientSettings } from "./clients.ts";

/** A rotated secret is in use everywhere after this time; till then the one before must still be valid. */
const maxSecretAgeMs = 5 * 60 * 1000;

/**
 * Documents in Secrets Manager, each read again when it is five minutes old.
 *
 * @param idOf the secret's id or ARN; throws where it is not configured
 */
export function awsSecrets(idOf: (name: string) => string, clock: Clock): Secrets {
  const known = new Map<string, { readAt: number; document: Promise<unknown> }>();
  let made: SecretsManagerClient | undefined;
  const client = () => (made ??= new SecretsManagerClient(clientSettings(5_000)));

  const read = async (name: string): Promise<unknown> => {
    const id = idOf(name);
    const { SecretString: text } = await client().send(new GetSecretValueCommand({ SecretId: id }));
    if (text === undefined) throw new Error(`Secret ${id} holds no text: store its JSON document as a string.`);
    return parsed(text, id);
  };

  return {
    async get(name) {
      const kept = known.get(name);
      if (kept && clock.now() - kept.readAt < maxSecretAgeMs) return kept.document;
      const fresh = { readAt: clock.now(), document: read(name) };
      known.set(name, fresh);
      try {
        return await fresh.document;
      } catch (error) {
        if (known.get(name) === fresh) known.delete(name);
        throw error;
      }
    },
  };
}

function parsed(text: string, id: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the secret.
    throw new Error(`Secret ${id} is not JSON: store it in the form that docs/deploy.md shows.`);
  }
}
