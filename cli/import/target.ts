import type { Client, Problem } from '../../shared/http/client.ts';
import { itemByItem } from '../paging.ts';
import { type Here, type HereVersion, ORIGIN, ORIGIN_VERSION, PLACEHOLDER } from './plan.ts';

/** A model as it is here, with what came of it from an origin. */
export async function hereOf(registry: Client, name: string, origin: string): Promise<Here | undefined> {
  const model = await registry.getModel({ model: name }).catch((error: Problem) => {
    if (error.code !== 'model.not_found') throw error;
  });
  if (!model) return undefined;
  const versions: HereVersion[] = [];
  for await (const one of itemByItem((from) => registry.listVersions({ model: name, limit: 100, ...from }))) {
    const { version: number, state, stage, tags } = one;
    const isIts = tags[ORIGIN] === origin;
    const before = isIts && tags[ORIGIN_VERSION] !== undefined ? Number(tags[ORIGIN_VERSION]) : undefined;
    versions.push({
      number,
      stage,
      // An upload that was interrupted is begun again, and goes on.
      origin: state === 'complete' ? before : undefined,
      isPlaceholder: isIts && tags[PLACEHOLDER] !== undefined,
    });
  }
  return { versions, used: model.versions, aliases: model.aliases };
}
