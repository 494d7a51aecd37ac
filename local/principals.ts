import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { readIfThere, writePrivateFile } from './private-file.ts';
import { Refused } from './refused.ts';
import type { Credential } from './sigv4.ts';

/** The profiles of an AWS credentials file are the principals of a registry: `[signet-ann]` is the principal `ann`. */
const PREFIX = 'signet-';

export type Credentials = Readonly<Record<string, Credential>>;

/** Keys for a new principal: an IAM user of an account, as it were. */
export const newCredential = (name: string, accountId: string): Credential => ({
  accessKeyId: `SIGNET${randomBytes(10).toString('hex').toUpperCase()}`,
  secretAccessKey: randomBytes(30).toString('base64url'),
  arn: `arn:aws:iam::${accountId}:user/${name}`,
  accountId,
});

/** Adds principals to the profiles of an AWS credentials file that only its owner may read. */
export async function addCredentials(file: string, credentials: Credentials): Promise<void> {
  const there = (await readIfThere(file))?.trimEnd();
  const texts = [...(there ? [there] : []), ...Object.entries(credentials).map(profile)];
  await writePrivateFile(file, `${texts.join('\n\n')}\n`);
}

const profile = ([name, { accessKeyId, secretAccessKey, sessionToken, arn }]: [string, Credential]): string =>
  [
    `[${PREFIX}${name}]`,
    `aws_access_key_id = ${accessKeyId}`,
    `aws_secret_access_key = ${secretAccessKey}`,
    ...(sessionToken === undefined ? [] : [`aws_session_token = ${sessionToken}`]),
    `signet_arn = ${arn}`,
  ].join('\n');

/**
 * The principals of a credentials file by name, or `undefined` where there is no file.
 * @throws {Refused} where it has none of them
 */
export async function readCredentials(file: string): Promise<Credentials | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;

  const credentials = parseCredentials(text);
  if (Object.keys(credentials).length > 0) return credentials;
  const remedy = 'Put a copy of it back, or delete it: the next start then makes new keys for admin and the others';
  throw new Refused(1, `${file} is damaged: it has the keys of nobody. ${remedy}.`);
}

/** Profiles that have no ARN are not a registry's, and are passed over. */
function parseCredentials(text: string): Credentials {
  const found: Record<string, Credential> = {};
  for (const section of text.split(/^\s*(?=\[)/m)) {
    const name = new RegExp(`^\\[${PREFIX}([^\\]]+)\\]`).exec(section)?.[1];
    const value = (setting: string) => new RegExp(`^\\s*${setting}\\s*=\\s*(\\S+)\\s*$`, 'm').exec(section)?.[1];
    const [accessKeyId, secretAccessKey] = [value('aws_access_key_id'), value('aws_secret_access_key')];
    const [arn, sessionToken] = [value('signet_arn'), value('aws_session_token')];
    const accountId = arn?.split(':')[4];
    if (!name || !accessKeyId || !secretAccessKey || !arn || !accountId) continue;
    found[name] = { accessKeyId, secretAccessKey, arn, accountId, ...(sessionToken && { sessionToken }) };
  }
  return found;
}

/** How long a key may go on after it was taken out of the file. A new one is known at once. */
const TRUSTED_MS = 500;

/** Finds keys in a credentials file, which is read again whenever it has changed: keys come and go while it runs. */
export function credentialsIn(file: string): (accessKeyId: string) => Credential | undefined {
  let seen = '';
  let looked = 0;
  let byKey = new Map<string, Credential>();
  return (accessKeyId) => {
    const known = byKey.get(accessKeyId);
    if (known && performance.now() - looked < TRUSTED_MS) return known;

    looked = performance.now();
    const state = stateOf(file);
    if (state !== seen) {
      const credentials = state === '' ? {} : parseCredentials(readFileSync(file, 'utf8'));
      byKey = new Map(Object.values(credentials).map((credential) => [credential.accessKeyId, credential]));
      seen = state;
    }
    return byKey.get(accessKeyId);
  };
}

/** Tells one content of a file from another; empty where there is none. */
function stateOf(file: string): string {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat ? `${stat.ino}:${stat.size}:${stat.mtimeNs}` : '';
}
