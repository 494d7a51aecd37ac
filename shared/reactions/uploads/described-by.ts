import { parse } from 'yaml';
import * as z from 'zod/mini';
import { Lineage } from '../../domain/metadata.ts';
import type { Described } from '../../domain/receiving.ts';
import { NewSchema } from '../../domain/schema.ts';
import { stagedKey } from '../../domain/staged.ts';
import type { Read } from './read-all.ts';
import type { Taking } from './take-in.ts';

/** MLflow's description of a model is no larger. */
const BYTES_MAX = 2 ** 20;

const MlModel = z.object({
  signature: z.optional(z.unknown()),
  run_id: z.optional(z.unknown()),
  model_id: z.optional(z.unknown()),
});

/**
 * What the file `MLmodel` says of a version: its signature, and the run and the logged model that it is of. What cannot be
 * read says nothing.
 */
export async function describedBy({ services, tenant }: Taking, files: readonly Read[]): Promise<Described> {
  const file = files.find(({ path, bytes }) => path === 'MLmodel' && bytes <= BYTES_MAX);
  const bytes = file && (await services.artifacts.section(stagedKey(tenant, file.object), file.etag, 0, file.bytes));
  const { success, data } = MlModel.safeParse(bytes && parsed(Buffer.from(bytes).toString()));
  if (!success) return {};
  const schema = NewSchema.safeParse(data.signature);
  const lineage = z
    .pick(Lineage, { runId: true, loggedModelId: true })
    .safeParse({ ...text('runId', data.run_id), ...text('loggedModelId', data.model_id) });
  return { ...(schema.success && { schema: schema.data }), ...(lineage.success && { lineage: lineage.data }) };
}

const text = (name: string, value: unknown) => (typeof value === 'string' && value !== '' ? { [name]: value } : {});

function parsed(yaml: string): unknown {
  try {
    return parse(yaml);
  } catch {
    return undefined;
  }
}
