import * as z from 'zod/mini';
import { ModelName, Sha256, VersionNumber } from '../domain/names.ts';
import { SIDES } from '../domain/schema/column.ts';
import { ASPECTS, PROMISES, TURNS } from '../domain/schema/compare-column.ts';
import { FAULTS, type Fault } from '../domain/schema/value.ts';
import { NewSchema, Schema } from '../domain/schema.ts';
import * as examples from './examples.ts';
import { either, type Operations } from './operation.ts';

const one = { model: ModelName, version: VersionNumber };

const Side = z.enum(SIDES);

const count = z.int();

/** What a check of rows found: everything is counted, and the first hundred are told. */
export const ReportView = z.object({
  ...one,
  side: Side,
  valid: z.boolean(),
  rows: count,
  total: count,
  counts: z.object(Object.fromEntries(FAULTS.map((fault) => [fault, count])) as Record<Fault, typeof count>),
  violations: z.array(
    z.object({
      kind: z.enum(FAULTS),
      /** Counted from 0. It is not there where it is the same in every row. */
      row: z.optional(z.int()),
      column: z.optional(z.string()),
      message: z.string(),
    }),
  ),
});

/** One difference between two schemas, and which promises it breaks. */
export const DifferenceView = z.object({
  side: Side,
  column: z.string(),
  aspect: z.enum(ASPECTS),
  change: z.enum(TURNS),
  from: z.optional(z.unknown()),
  to: z.optional(z.unknown()),
  breaks: z.array(z.enum(PROMISES)),
});

const withData = z.refine<{ readonly columns?: unknown; readonly data?: unknown }>(
  ({ columns, data }) => (columns === undefined) === (data === undefined),
  { message: 'expected columns and data together', path: ['data'] },
);

export const schemaOperations = {
  getSchema: {
    method: 'GET',
    path: '/v1/models/{model}/versions/{version}/schema',
    summary: 'Show what a version takes and gives',
    access: { roles: ['reader'] },
    input: z.strictObject(one),
    output: z.object({
      ...one,
      schema: Schema,
      /** SHA-256 of the schema as canonical JSON: that of equal schemas is equal. */
      digest: Sha256,
    }),
    status: 200,
    failures: ['model.not_found', 'version.not_found', 'schema.not_found'],
    needs: ['table:read'],
    example: {
      input: { model: 'fraud-detector', version: 3 },
      output: { model: 'fraud-detector', version: 3, schema: examples.version.schema, digest: examples.SHA256 },
    },
  },
  checkServing: {
    method: 'POST',
    path: '/v1/models/{model}/versions/{version}/schema/check',
    summary: 'Check rows against the schema of a version, and name every violation',
    access: { roles: ['reader'] },
    input: z
      .strictObject({
        ...one,
        /** An object for each row. */
        records: z.optional(z.array(z.record(z.string(), z.unknown()))),
        /** The names of the columns, once; and each row as a list in their order. */
        columns: z.optional(z.array(z.string())),
        data: z.optional(z.array(z.array(z.unknown()))),
        side: z._default(Side, 'inputs'),
      })
      .check(either('records', 'columns'), withData),
    output: ReportView,
    status: 200,
    failures: ['model.not_found', 'version.not_found', 'schema.not_found'],
    needs: ['table:read'],
    reads: true,
    example: {
      input: { model: 'fraud-detector', version: 3, records: [{ amount: 12.5 }, { amount: -1 }] },
      output: {
        model: 'fraud-detector',
        version: 3,
        side: 'inputs',
        valid: false,
        rows: 2,
        total: 1,
        counts: { missing: 0, unexpected: 0, type: 0, null: 0, range: 1, value: 0, shape: 0 },
        violations: [{ kind: 'range', row: 1, column: 'amount', message: 'expected 0 or more, got -1' }],
      },
    },
  },
  compareSchemas: {
    method: 'POST',
    path: '/v1/models/{model}/versions/{version}/schema/compare',
    summary: 'Compare the schema of a version with that of a later one, or with one that is given',
    access: { roles: ['reader'] },
    input: z
      .strictObject({
        ...one,
        to: z.optional(VersionNumber),
        schema: z.optional(NewSchema),
      })
      .check(either('to', 'schema')),
    output: z.object({
      ...one,
      to: z.optional(VersionNumber),
      /** Whoever was written for the version goes on with the other. */
      backward: z.boolean(),
      /** Whoever is written for the other can go back to the version. */
      forward: z.boolean(),
      /** Both. */
      full: z.boolean(),
      differences: z.array(DifferenceView),
    }),
    status: 200,
    failures: ['model.not_found', 'version.not_found', 'schema.not_found'],
    needs: ['table:read'],
    reads: true,
    example: {
      input: { model: 'fraud-detector', version: 2, to: 3 },
      output: {
        model: 'fraud-detector',
        version: 2,
        to: 3,
        backward: true,
        forward: false,
        full: false,
        differences: [
          {
            side: 'inputs',
            column: 'amount',
            aspect: 'type',
            change: 'widened',
            from: 'float32',
            to: 'float64',
            breaks: ['forward'],
          },
        ],
      },
    },
  },
} as const satisfies Operations;
