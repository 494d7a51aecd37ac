import * as z from 'zod/mini';

const text = z.optional(z.string());
const list = <T extends z.ZodMiniType>(item: T) => z._default(z.array(item), []);
const described = list(z.object({ description: text }));

/** https://github.com/tensorflow/model-card-toolkit, schema v0.0.2: what of it is words and numbers. */
export const GoogleCard = z.object({
  schema_version: z.optional(z.literal('0.0.2', 'expected 0.0.2')),
  model_details: z.optional(
    z.object({
      name: text,
      version: z.optional(z.object({ name: text, date: text, diff: text })),
      overview: text,
      documentation: text,
      owners: list(z.object({ name: text, contact: text })),
      licenses: list(z.object({ identifier: text, custom_text: text })),
      references: list(z.object({ reference: text })),
      citations: list(z.object({ style: text, citation: text })),
    }),
  ),
  model_parameters: z.optional(
    z.object({
      model_architecture: text,
      data: list(
        z.object({
          name: text,
          link: text,
          description: text,
          sensitive: z.optional(z.object({ sensitive_data: list(z.string()) })),
        }),
      ),
      input_format: text,
      output_format: text,
    }),
  ),
  quantitative_analysis: z.optional(
    z.object({
      performance_metrics: list(
        z.object({
          type: text,
          value: z.optional(z.union([z.number(), z.string()])),
          slice: text,
          // Not of the schema, which allows more.
          dataset: text,
          note: text,
        }),
      ),
    }),
  ),
  considerations: z.optional(
    z.object({
      users: described,
      use_cases: described,
      limitations: described,
      tradeoffs: described,
      ethical_considerations: list(z.object({ name: text, mitigation_strategy: text })),
    }),
  ),
});
export type GoogleCard = z.output<typeof GoogleCard>;

/** What a document says that is not of this schema, and is left out, such as pictures: the paths of it. */
export const leftOut = (document: object): string[] => strange(document, GoogleCard, '');

function strange(value: unknown, schema: z.core.$ZodType, path: string): string[] {
  const { def } = schema._zod;
  if ('innerType' in def) return strange(value, def.innerType as z.core.$ZodType, path);
  if ('element' in def && Array.isArray(value)) {
    return value.flatMap((one, index) => strange(one, def.element as z.core.$ZodType, `${path}[${index}]`));
  }
  if (!('shape' in def) || typeof value !== 'object' || value === null) return [];
  const shape = def.shape as Readonly<Record<string, z.core.$ZodType>>;
  return Object.entries(value).flatMap(([name, one]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const known = Object.hasOwn(shape, name) ? shape[name] : undefined;
    return known ? strange(one, known, at) : [at];
  });
}
