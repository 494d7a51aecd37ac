import { readFile } from 'node:fs/promises';
import type { Credentials } from '../shared/http/signer.ts';
import { Complaint } from './complaint.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

/** Keys that the environment has, as all AWS tools read them; they come before any profile that is not named besides. */
export function keysOf(env: World['env']): Credentials | undefined {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

/**
 * Whose keys sign the calls. Where settings name no profile, the keys of the environment; without such, the rest of the
 * AWS credential chain.
 * @throws Complaint where an embedded registry has no such principal
 */
export async function credentialsOf(
  { awsProfile, credentialsFile }: Settings,
  env: World['env'],
): Promise<Credentials> {
  const keys = keysOf(env);
  if (awsProfile === undefined && keys) return keys;

  const { fromIni, fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  const profile = awsProfile && { profile: awsProfile };
  if (credentialsFile === undefined) return fromNodeProviderChain({ ...profile });
  const principals = await principalsIn(credentialsFile);
  if (awsProfile && principals.includes(awsProfile))
    return fromIni({ profile: awsProfile, filepath: credentialsFile, ignoreCache: true });
  throw unknown(awsProfile, credentialsFile, principals, env);
}

/** The profiles of a credentials file; none where there is no such file. */
export async function principalsIn(credentialsFile: string): Promise<string[]> {
  const text = await readFile(credentialsFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  return [...text.matchAll(/^\[(.+)\]/gm)].map(([, name = '']) => name);
}

/** Never somebody else in place of the one that was named. A shell may have AWS_PROFILE for other work. */
function unknown(
  awsProfile: string | undefined,
  file: string,
  principals: readonly string[],
  { AWS_PROFILE }: World['env'],
): Complaint {
  const known =
    principals.length > 0 ? `choose with --aws-profile: ${principals.join(', ')}` : 'run `signet init` again';
  const isSet = awsProfile !== undefined && awsProfile === AWS_PROFILE;
  const hint = isSet ? `Unset AWS_PROFILE, or ${known}.` : `${known.replace(/^./, (first) => first.toUpperCase())}.`;
  const name = isSet ? `AWS_PROFILE=${awsProfile}` : `The AWS profile ${awsProfile}`;
  const message = awsProfile === undefined ? `No profile of ${file} is chosen.` : `${name} is not in ${file}.`;
  return new Complaint('forbidden', message, { hint });
}
