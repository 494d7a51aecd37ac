const text = { type: 'string' };
const number = { type: 'number' };
const list = (properties: object) => ({ type: 'array', items: { type: 'object', properties } });
const object = (properties: object) => ({ type: 'object', properties });

/** What the schema 0.0.2 of Google's Model Card Toolkit demands of the parts that are written here. */
export const GOOGLE_SCHEMA = {
  type: 'object',
  properties: {
    schema_version: text,
    model_details: object({
      name: text,
      overview: text,
      documentation: text,
      owners: list({ name: text, contact: text }),
      version: object({ name: text, date: { ...text, format: 'date' }, diff: text }),
    }),
    model_parameters: object({ data: list({ name: text, link: { ...text, format: 'uri' }, description: text }) }),
    quantitative_analysis: object({ performance_metrics: list({ type: text, value: number, slice: text }) }),
    considerations: object({
      users: list({ description: text }),
      use_cases: list({ description: text }),
      limitations: list({ description: text }),
      tradeoffs: list({ description: text }),
      ethical_considerations: list({ name: text, mitigation_strategy: text }),
    }),
  },
  additionalProperties: false,
};
