import type { Client } from '../../shared/http/client.ts';
import { namedVersion } from '../reference.ts';

/** The version that a word names: `fraud-detector:3`; by default the one in production. */
export async function resolved(registry: Client, word: string): Promise<{ model: string; version: number }> {
  const { model, reference = 'production' } = namedVersion(word);
  const found = await registry.resolveVersion({ model, reference });
  return { model: found.model, version: found.version };
}
