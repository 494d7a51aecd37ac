import * as z from 'zod/mini';

const text = z.optional(z.string());
const list = <T extends z.ZodMiniType>(item: T) => z._default(z.array(item), []);
const described = list(z.object({ description: text }));

/** https://github.com/tensorflow/model-card-toolkit, schema v0.0.2: what of it is words and numbers. */
export const GoogleCard = z.object({
  model_details: z.optional(
    z.object({
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
