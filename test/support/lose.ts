import type { TestRegistry } from './registry.ts';

/** Removes an object behind the registry's back. */
export async function lose({ services: { artifacts } }: TestRegistry, key: string): Promise<void> {
  const object = await artifacts.stat(key);
  if (!object) throw new Error(`expected ${key} to be there`);
  await artifacts.remove(key, object.etag);
}
