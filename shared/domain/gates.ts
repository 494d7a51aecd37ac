import type { Condition } from './condition.ts';
import type { Case } from './conditions.ts';
import { type End, fromWhere, type Measurement, measuredBy, measurementOf } from './measurement.ts';
import { own } from './own.ts';
import type { CardField, Gate } from './policy-document.ts';
import { type Mode, verdict } from './schema/compare.ts';
import { lackedSlices } from './standing.ts';
import { dependencyCondition } from './ties.ts';
import type { Version } from './version.ts';

/** Whether a version passes a gate, and what shows it. What is missing is not met. */
export function gateCondition(gate: Gate, subject: Case): Condition {
  if ('noWorseThan' in gate) return noWorse(gate, subject);
  if ('metric' in gate) return within(gate, subject);
  if ('check' in gate) return check(gate, subject.version);
  if ('card' in gate) return card(gate, subject.version);
  if ('schema' in gate) return schema(gate, subject);
  if ('dependencies' in gate) return dependencyCondition(subject.ties, { warning: false });
  return verified(subject.version);
}

function within(gate: Extract<Gate, { min: number } | { max: number }>, subject: Case): Condition {
  const { metric, from, min, max } = { min: undefined, max: undefined, ...gate };
  const measured = (end: End) => measurementOf(gate, subject.version, subject, end);
  const bounds = [
    ...(min === undefined ? [] : [bound(`at least ${min}`, measured('lowest'), (value) => value >= min)]),
    ...(max === undefined ? [] : [bound(`at most ${max}`, measured('highest'), (value) => value <= max)]),
  ];
  const decisive = bounds.find(({ met }) => !met) ?? bounds[0];
  return {
    kind: 'metric',
    met: decisive?.met === true,
    demand: `${metric} of ${bounds.map(({ demand }) => demand).join(' and ')}${fromWhere(from)}`,
    found: decisive?.found ?? '',
    evidence: { ...gate, ...decisive?.evidence, value: decisive?.value ?? null },
    roles: measuredBy(from),
  };
}

const bound = (demand: string, measurement: Measurement, fits: (value: number) => boolean) => ({
  ...measurement,
  demand,
  met: measurement.value !== undefined && fits(measurement.value),
});

/** The challenger against the champion: how much worse it may be is `tolerance`, in the metric's own unit. */
function noWorse(gate: Extract<Gate, { noWorseThan: string }>, subject: Case): Condition {
  const { metric, better, tolerance, from } = gate;
  const { version, champion } = subject;
  const worst = better === 'higher' ? 'lowest' : 'highest';
  const mine = measurementOf(gate, version, subject, worst);
  // Of whichever data set it was, the champion is asked about the same.
  const same = from && mine.dataset !== undefined ? { ...gate, from: { ...from, dataset: mine.dataset } } : gate;
  const theirs = champion && measurementOf(same, champion, subject, worst);
  const place = champion ? whichOf(champion) : 'production';
  const condition = {
    kind: 'metric' as const,
    demand: `${metric} no ${better === 'higher' ? 'lower' : 'higher'} than that of ${place}${tolerance > 0 ? ` by more than ${tolerance}` : ''}${fromWhere(from)}`,
    evidence: {
      ...gate,
      ...mine.evidence,
      value: mine.value ?? null,
      champion: champion?.number ?? null,
      championValue: theirs?.value ?? null,
      ...(theirs && from && { championEvaluation: theirs.evidence['evaluation'] ?? null }),
    },
    roles: measuredBy(from),
  };
  // Whatever is first has nobody to be worse than, and has to be measured all the same.
  if (!champion || !theirs || mine.value === undefined)
    return { ...condition, met: !champion && mine.value !== undefined, found: mine.found };
  if (theirs.value === undefined)
    return { ...condition, met: false, found: `${theirs.found} of version ${champion.number}` };
  const otherwise = unlike(mine, theirs, metric);
  return {
    ...condition,
    met: otherwise === undefined && isNoWorse(mine.value, theirs.value, gate),
    found: `${mine.found}, where ${champion.stage === 'production' ? 'production' : `version ${champion.number}`} has ${theirs.value}${otherwise ?? ''}`,
  };
}

const whichOf = ({ number, stage }: Version): string =>
  stage === 'production' ? `version ${number} in production` : `version ${number}, the last in production`;

/** What keeps two values of a metric from being compared, though both were measured. */
function unlike(mine: Measurement, theirs: Measurement, metric: string): string | undefined {
  if (mine.digest !== undefined && theirs.digest !== undefined && mine.digest !== theirs.digest) {
    return ' on other data of this name: the digests differ';
  }
  const missing = mine.sliced && theirs.sliced ? lackedSlices(mine.sliced, theirs.sliced, metric) : 0;
  return missing === 0 ? undefined : ` over ${missing} slice${missing === 1 ? '' : 's'} more`;
}

/** A tolerance of nothing is nothing: then no rounding is forgiven. */
function isNoWorse(
  mine: number,
  theirs: number,
  { better, tolerance }: { readonly better: 'higher' | 'lower'; readonly tolerance: number },
): boolean {
  const lost = loss(mine, theirs, better);
  return tolerance === 0 ? lost <= 0 : lost <= tolerance + slack(mine, theirs, tolerance);
}

const loss = (mine: number, theirs: number, better: 'higher' | 'lower'): number =>
  better === 'higher' ? theirs - mine : mine - theirs;

/** 0.91 - 0.9 is a little more than 0.01 to a computer, and is meant to be 0.01: each of the three is rounded. */
const slack = (...numbers: readonly [number, number, number]): number =>
  numbers.reduce((sum, number) => sum + Math.abs(number) * (Number.EPSILON / 2), 0);

function check({ check: name }: { check: string }, { evidence }: Version): Condition {
  const outcome = own(evidence.checks, name)?.outcome;
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

function schema({ schema: mode }: { schema: 'present' | 'backward' | 'full' }, { version, champion }: Case): Condition {
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
    demand: `a schema ${mode === 'full' ? 'fully' : 'backward'} compatible with that of ${champion && whichOf(champion)}`,
    found: compatible ? 'one' : `one that is not, in ${columns.slice(0, 10).join(', ')}`,
    evidence: { mode, present, champion: champion?.number ?? null, broken: columns.slice(0, 100) },
  };
}

/**
 * A version is complete only once the SHA-256 of every file is proved by whoever read its bytes: the store, as they came,
 * or the registry. What the registry finds when it reads them again takes that back.
 */
function verified({ artifact, state, source, evidence }: Version): Condition {
  const broken = own(evidence.checks, 'signet/sha256')?.outcome === 'failure';
  const met = artifact !== undefined && state === 'complete' && !broken;
  const proved = met ? `${artifact.files} of ${artifact.files} files proved` : 'files that are not all there';
  const kept = broken ? 'files that are not what they were when they came' : proved;
  return {
    kind: 'artifact',
    met,
    demand: 'files that the registry keeps and has proved',
    found: artifact ? kept : `files kept elsewhere, at ${source}`,
    evidence: { rootDigest: artifact?.rootDigest ?? null, state, ...(broken && { check: 'signet/sha256' }) },
    roles: ['publisher'],
  };
}
