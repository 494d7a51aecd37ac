import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Profile } from '../../cli/profiles.ts';

/** A profile that leads to a server which takes any keys. */
export async function madeUp(endpoint: string, directory: string): Promise<Profile> {
  const credentialsFile = path.join(directory, '.credentials');
  await writeFile(credentialsFile, '[made-up]\naws_access_key_id = AKIAMADEUP\naws_secret_access_key = made up\n');
  return { endpoint, region: 'eu-west-1', awsProfile: 'made-up', credentialsFile };
}
