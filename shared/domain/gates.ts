import type { Condition } from './condition.ts';
import type { Case } from './conditions.ts';
import type { CardField, Gate } from './policy-document.ts';
import { type Mode, verdict } from './schema/compare.ts';
import type { Version } from './version.ts';

type Found = Pick<Condition, 'met' | 'found' | 'evidence'>;

/** Whether a version passes a gate, and what shows it. What is missing is not met. */
export function gateCondition(gate: Gate, subject: Case): Condition {
  if ('noWorseThan' in gate) return noWorse(gate, subject);
  if ('metric' in gate) return within(gate, subject.version);
  if ('check' in gate) return check(gate, subject.version);
  if ('card' in gate) return card(gate, subject.version);
  if ('schema' in gate) return schema(gate, subject);
  return verified(subject.version);
}

function within(gate: { metric: string; min?: number; max?: number }, { metrics }: Version): Condition {
  const { metric, min, max } = gate;
  const bounds = [min !== undefined && `at least ${min}`, max !== undefined && `at most ${max}`].filter(Boolean);
  const value = metrics[metric];
  return {
    kind: 'metric',
    demand: `${metric} of ${bounds.join(' and ')}`,
    ...measured(value, (number) => number >= (min ?? -Infinity) && number <= (max ?? Infinity)),
    evidence: { ...gate, value: value ?? null },
    roles: ['publisher'],
  };
}

const measured = (value: number | undefined, fits: (value: number) => boolean): Pick<Found, 'met' | 'found'> => ({
  met: value !== undefined && fits(value),
  found: value === undefined ? 'no such metric' : String(value),
});

/** The challenger against the champion: how much worse it may be is `tolerance`, in the metric's own unit. */
function noWorse(
  gate: { metric: string; better: 'higher' | 'lower'; tolerance: number },
  { version, production: [champion] }: Case,
): Condition {
  const { metric, better, tolerance } = gate;
  const [value, theirs] = [version.metrics[metric], champion?.metrics[metric]];
  const place = champion ? `version ${champion.number} in production` : 'production';
  const condition = {
    kind: 'metric' as const,
    demand: `${metric} no ${better === 'higher' ? 'lower' : 'higher'} than that of ${place}${tolerance > 0 ? ` by more than ${tolerance}` : ''}`,
    evidence: { ...gate, value: value ?? null, champion: champion?.number ?? null, championValue: theirs ?? null },
    roles: ['publisher' as const],
  };
  // Whatever is first has nobody to be worse than, and has to be measured all the same.
  if (!champion) return { ...condition, ...measured(value, () => true) };
  if (theirs === undefined) return { ...condition, met: false, found: `no such metric in version ${champion.number}` };
  // 0.91 - 0.9 is a little more than 0.01 to a computer, and is meant to be 0.01.
  const slack = Number.EPSILON * 4 * Math.max(Math.abs(theirs), Math.abs(value ?? 0), tolerance);
  const fits = (mine: number) => (better === 'higher' ? theirs - mine : mine - theirs) <= tolerance + slack;
  const { met, found } = measured(value, fits);
  return { ...condition, met, found: value === undefined ? found : `${found}, where production has ${theirs}` };
}

function check({ check: name }: { check: string }, { evidence }: Version): Condition {
  const outcome = Object.hasOwn(evidence.checks, name) ? evidence.checks[name]?.outcome : undefined;
  return {
    kind: 'check',
    met: outcome === 'success',
    demand: `success of the check ${name}`,
    found: outcome ?? 'no such check',
    evidence: { check: name, outcome: outcome ?? null },
    roles: ['reviewer'],
  };
}

function card({ card: fields }: { card: readonly CardField[] }, { evidence }: Version): Condition {
  const missing = fields.filter((field) => !evidence.card?.fields.includes(field));
  const lacking = missing.length === 0 ? 'a card with all of them' : `a card without ${missing.join(', ')}`;
  return {
    kind: 'card',
    met: missing.length === 0,
    demand: `a model card with ${fields.join(', ')}`,
    found: evidence.card ? lacking : 'no model card',
    evidence: { fields: [...fields], missing, revision: evidence.card?.revision ?? null },
    roles: ['publisher'],
  };
}

function schema(
  { schema: mode }: { schema: 'present' | 'backward' | 'full' },
  { version, production: [champion] }: Case,
): Condition {
  const condition = { kind: 'schema' as const, roles: ['publisher' as const] };
  const present = version.schema !== undefined;
  const before = mode === 'present' ? undefined : champion?.schema;
  if (!before || !version.schema) {
    const found = present ? 'a schema' : 'no schema';
    return { ...condition, met: present, demand: 'a schema', found, evidence: { mode, present } };
  }
  const { compatible, broken } = verdict(before, version.schema, mode as Mode);
  const columns = [...new Set(broken.map(({ column }) => column))];
  return {
    ...condition,
    met: compatible,
    demand: `a schema ${mode === 'full' ? 'fully' : 'backward'} compatible with that of version ${champion?.number}`,
    found: compatible ? 'one' : `one that is not, in ${columns.slice(0, 10).join(', ')}`,
    evidence: { mode, present, champion: champion?.number ?? null, broken: columns.slice(0, 100) },
  };
}

/** A version is complete only once the SHA-256 of every file is proved; of files kept elsewhere nothing is. */
function verified({ artifact, state, source }: Version): Condition {
  const met = artifact !== undefined && state === 'complete';
  const own = met ? `${artifact.files} of ${artifact.files} files proved` : 'files that are not all there';
  return {
    kind: 'artifact',
    met,
    demand: 'files that the registry keeps and has proved',
    found: artifact ? own : `files kept elsewhere, at ${source}`,
    evidence: { rootDigest: artifact?.rootDigest ?? null, state },
    roles: ['publisher'],
  };
}
