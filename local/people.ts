import path from 'node:path';
import { firstCredentials, isEverybody, makeTenants } from './first-start.ts';
import { addCredentials, type Credentials, credentialsIn, readCredentials } from './principals.ts';
import type { Credential } from './sigv4.ts';

/** Whoever may call a registry, by the keys in the file `credentials` of its directory. */
export interface People {
  readonly file: string;
  readonly keys: (accessKeyId: string) => Credential | undefined;
  /**
   * The principals of the file, by name. At the first start they are made, with their tenants; the tenants also on a
   * table that has none of them yet, such as that of a DynamoDB endpoint.
   */
  ready(
    where: { readonly endpoint: string; readonly region: string },
    hasTenants: () => Promise<boolean>,
  ): Promise<Credentials>;
}

/** `others` finds keys that are not in the file. */
export function peopleOf(directory: string, others?: (accessKeyId: string) => Credential | undefined): People {
  const file = path.join(directory, 'credentials');
  const inFile = credentialsIn(file);
  const fresh = new Map<string, Credential>();
  return {
    file,
    keys: (id) => inFile(id) ?? fresh.get(id) ?? others?.(id),

    async ready(where, hasTenants) {
      const there = await readCredentials(file);
      if (there) {
        if (isEverybody(there) && !(await hasTenants())) await makeTenants(where, there);
        return there;
      }

      const credentials = firstCredentials();
      for (const credential of Object.values(credentials)) fresh.set(credential.accessKeyId, credential);
      await makeTenants(where, credentials);
      // Last of all, so that the first start is over only when everything is made.
      await addCredentials(file, credentials);
      fresh.clear();
      return credentials;
    },
  };
}
