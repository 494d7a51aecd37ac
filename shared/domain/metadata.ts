import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { canonicalJson } from './canonical.ts';
import { line, ModelName, VersionNumber } from './names.ts';
import { Label } from './text.ts';

/** Measured numbers by name: finite doubles, 100 at most. */
export const Metrics = z
  .record(Label, z.number('expected a finite number'))
  .check(z.refine((metrics: object) => Object.keys(metrics).length <= 100, 'expected at most 100 metrics'));

/** Bounds that leave something between them. */
export const ordered = z.refine<object>(
  ({ min = -Infinity, max = Infinity }: { min?: number; max?: number }) => min <= max,
  { message: 'expected min to be at most max', path: ['min'] },
);

/**
 * Every reader is shown where things are: a password or token in a URI would be shown with it. A user name is none of
 * these where the scheme has a use for one (`ssh://git@…`, `abfss://container@…`); over HTTP it is where tokens are put.
 */
const withoutSecret = z.refine<string>((uri) => {
  const url = URL.parse(uri);
  return !url || (url.password === '' && (url.username === '' || !/https?:$/.test(url.protocol)));
}, 'expected no password and no token in the URI');

/** Pages show it as a link, and whoever clicks on it is never to run it. */
const isScript = (uri: string): boolean => /^(javascript|data|vbscript):/i.test(uri);

const withoutScript = z.refine<string>((uri) => !isScript(uri), 'expected no URI that a browser would run');

/** Where a version came from. */
export const Lineage = z.strictObject({
  runId: z.optional(line(250)),
  /** Where people look at that run. */
  runLink: z.optional(line(2_000).check(withoutSecret, withoutScript)),
  /** What the tracking server calls the model that the run logged. */
  loggedModelId: z.optional(line(250)),
  code: z.optional(z.strictObject({ repository: line(1_000).check(withoutSecret, withoutScript), commit: line(100) })),
  datasets: z._default(
    z
      .array(
        z.strictObject({
          name: line(250),
          uri: z.optional(line(2_000).check(withoutSecret, withoutScript)),
          digest: z.optional(line(200)),
        }),
      )
      .check(z.maxLength(100, 'expected at most 100 data sets')),
    [],
  ),
});
export type Lineage = z.output<typeof Lineage>;

/** "This version needs that model version", as it was given. */
export const Dependency = z.strictObject({ model: ModelName, version: VersionNumber });
export type Dependency = z.output<typeof Dependency>;

export const Dependencies = z.array(Dependency).check(
  z.maxLength(100, 'expected at most 100 dependencies'),
  z.refine(
    (all: readonly Dependency[]) => new Set(all.map(({ model, version }) => `${model}/${version}`)).size === all.length,
    'expected each dependency once',
  ),
);

/** Where files are that are kept elsewhere, in the words of whoever registered them: a URI, or what only they understand. */
export const Source = line(2_000).check(withoutSecret);

/** Where the files of a new version may be. Schemes that MLflow and Databricks write with one slash are taken so. */
export const NewSource = Source.check(
  z.refine((uri: string) => URL.canParse(uri), 'expected a URI such as s3://bucket/key'),
  z.refine(
    (uri: string) =>
      !URL.canParse(uri) ||
      (/^([a-z][a-z0-9+.-]*:\/\/|(runs|models|mlflow-artifacts|dbfs|file):\/)/i.test(uri) && !isScript(uri)),
    'expected a URI such as s3://bucket/key',
  ),
);

const METADATA_BYTES_MAX = 64 * 1024;

/**
 * Keeps what callers note about a thing small enough to be stored with it.
 * @throws Failure `request.invalid`, naming the largest field
 */
export function keepSmall(metadata: Readonly<Record<string, unknown>>, bytesMax = METADATA_BYTES_MAX): void {
  const sizes = Object.entries(metadata)
    .filter(([, value]) => value !== undefined)
    .map(([field, value]) => ({ field, bytes: Buffer.byteLength(canonicalJson(value)) }))
    .sort((a, b) => b.bytes - a.bytes);
  const [largest] = sizes;
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (!largest || total <= bytesMax) return;

  const fields = sizes.map(({ field }) => field).join(', ');
  const message = `expected at most ${bytesMax} bytes of ${fields} together, got ${total}`;
  throw new Failure('request.invalid', 'The metadata is too large.', {
    issues: [{ field: largest.field, message }],
  });
}
