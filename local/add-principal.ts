import path from 'node:path';
import { alone } from './alone.ts';
import { addCredentials, newCredential, readCredentials } from './principals.ts';
import { Refused } from './refused.ts';
import type { Credential } from './sigv4.ts';
import { orRefused, whyNotWriting } from './why-not.ts';

/** Where whoever is added comes from: the account of the first tenant's people. */
const ACCOUNT = '000000000001';

/**
 * Adds keys for someone new to the credentials of a directory, whether its registry runs or not, and says what is next.
 * @throws {Refused} where there are no credentials yet, the name is taken, or the directory cannot be written
 */
export async function addPrincipal({ name, directory }: { readonly name: string; readonly directory: string }) {
  const file = path.join(directory, 'credentials');
  const credential = newCredential(name, ACCOUNT);
  await orRefused(
    (error) => whyNotWriting(error, directory),
    () => add(name, credential, file),
  );
  return `Keys for ${name} are in ${file}, as the profile signet-${name}. Invite it as an admin of a tenant:

  npx signet put-member ${credential.arn} --roles role=publisher --aws-profile signet-admin`;
}

async function add(name: string, credential: Credential, file: string): Promise<void> {
  if (!(await readCredentials(file))) {
    throw new Refused(1, `There is no registry in ${path.dirname(file)} yet. Start it first: npm start`);
  }
  await alone(file, async () => {
    const there = await readCredentials(file);
    if (there && Object.hasOwn(there, name)) throw new Refused(1, `There is a principal ${name} already in ${file}.`);
    await addCredentials(file, { [name]: credential });
  });
}
