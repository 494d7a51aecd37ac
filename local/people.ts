import path from 'node:path';
import { alone } from './alone.ts';
import { firstCredentials, founderCredential, makeTenants, type Where } from './first-start.ts';
import { addCredentials, type Credentials, credentialsIn, readCredentials } from './principals.ts';
import type { Credential } from './sigv4.ts';

/** Whoever may call a registry, by the keys in the file `credentials` of its directory. */
export interface People {
  readonly file: string;
  readonly keys: (accessKeyId: string) => Credential | undefined;
  /** The principals of the file, by name. They are made where there is no file, and their tenants where asked for. */
  ready(where: Where, made: { readonly tenants: boolean }): Promise<Credentials>;
}

/** `others` finds keys that are not in the file. */
export function peopleOf(directory: string, others?: (accessKeyId: string) => Credential | undefined): People {
  const file = path.join(directory, 'credentials');
  const inFile = credentialsIn(file);
  let founder: Credential | undefined;
  return {
    file,
    keys: (id) => inFile(id) ?? (id === founder?.accessKeyId ? founder : others?.(id)),

    async ready(where, made) {
      const there = await readCredentials(file);
      const credentials = there ?? firstCredentials();
      if (!made.tenants) {
        founder = founderCredential();
        await makeTenants(where, founder, credentials);
        founder = undefined;
      }
      if (!there) await alone(file, () => addCredentials(file, credentials));
      return credentials;
    },
  };
}
