import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

const KEYS_MAX = 1000;
const keys = new Map<string, KeyObject>();

/**
 * The key that signs for one secret in one credential scope: four HMACs that stay the same all day, so they are kept.
 * The secret is part of the name, so a changed secret is noticed at once.
 */
export function signingKey(secretAccessKey: string, scope: readonly string[]): KeyObject {
  const name = `${scope.join('/')}/${secretAccessKey}`;
  const known = keys.get(name);
  if (known) return known;

  let bytes = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of scope) bytes = createHmac('sha256', bytes).update(part).digest();

  // Made a key object once: with a plain buffer each HMAC would take five times as long.
  const key = createSecretKey(bytes);
  if (keys.size >= KEYS_MAX) keys.clear();
  keys.set(name, key);
  return key;
}
