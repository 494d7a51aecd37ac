import { canonicalJson } from './canonical.ts';
import { type Change, momentOf, type Occasion, unchanged } from './change.ts';
import { type Check, type CheckInput, checked, withChecks } from './check.ts';
import type { FormatCount } from './evidence.ts';
import type { Finding, Problem } from './format/finding.ts';
import { type Promotion, promote } from './lifecycle.ts';
import { type Model, touched } from './model.ts';
import { OWN_CHECKS, type OwnCheck } from './own-check.ts';
import { merged } from './policy-document.ts';
import type { Transition } from './transition.ts';
import { revised, stateAt, type Version } from './version.ts';

/** Raised whenever rules see what they did not see before: files that earlier ones have seen are looked into again. */
export const VALIDATION_RULES = 1;

/** What was found in one file of a version. */
export interface FileFinding {
  readonly path: string;
  /** Whether its bytes were read and have the SHA-256 of the manifest; if not, what there is. */
  readonly proof: 'proved' | 'mismatched' | 'missing';
  /** What it is, where it was read. */
  readonly found?: Finding | undefined;
}

/** Whether there is something to validate of a version, and nobody has. */
export const isToValidate = (version: Version, now: Date): boolean =>
  version.artifact !== undefined && stateAt(version, now) === 'complete' && !isValidated(version);

/** Whether the registry has said what it has to say. */
const isValidated = ({ evidence }: Version): boolean =>
  OWN_CHECKS.every((name) => Object.hasOwn(evidence.checks, name));

/** Whether one of its own checks failed: then the registry does nothing for a version by itself. */
const isFaulty = ({ evidence }: Version): boolean =>
  OWN_CHECKS.some((name) => evidence.checks[name]?.outcome === 'failure');

/**
 * Records what the registry found in the files of a version: what they are, and its own checks, in one write. The same
 * findings again change nothing.
 */
export function validate(
  model: Model,
  version: Version,
  before: readonly Check[],
  files: readonly FileFinding[],
  occasion: Occasion,
): Change<Version> {
  const formats = formatsOf(files);
  const said = OWN_CHECKS.map((name) => ({
    was: before.find((check) => check.name === name),
    says: sayOf(name, files),
  }));
  const isSame = said.every(({ was, says }) => was?.outcome === says.outcome && was.summary === says.summary);
  if (!version.artifact || (isSame && canonicalJson(version.evidence.formats ?? []) === canonicalJson(formats)))
    return unchanged(version);

  const at = momentOf(model, occasion);
  const checks = said.map(({ was, says }) => checked(version, was, says, at, occasion.actor));
  const evidence = {
    ...withChecks(
      version,
      checks.map(({ check }) => check),
    ),
    formats,
  };
  const validated = revised(version, at, { evidence });
  return {
    result: validated,
    head: { replace: touched(model, occasion) },
    writes: [...checks.map(({ write }) => write), { replace: validated }],
    event: {
      type: 'version.validated',
      version: version.number,
      actor: occasion.actor,
      data: {
        rootDigest: version.artifact.rootDigest,
        formats,
        checks: checks.map(({ check: { name, outcome, revision, summary } }) => ({
          check: name,
          outcome,
          checkRevision: revision,
          ...(summary !== undefined && { summary }),
        })),
      },
    },
  };
}

/**
 * Promotes a version to staging where the policy wants that to happen by itself: when everything is met that anybody
 * else would have to meet, and none of the registry's own checks failed. Otherwise nothing happens, and nothing is refused.
 */
export function promoteByPolicy(model: Model, promotion: Promotion, occasion: Occasion): Change<Transition> {
  const { version, policies } = promotion;
  const { autoPromote } = merged(policies.ofTenant?.document, policies.ofModel?.document);
  const nothing = unchanged({ model, version, archived: [] });
  if (autoPromote !== promotion.to || version.stage !== 'none') return nothing;
  if (!isValidated(version) || isFaulty(version)) return nothing;

  const change = promote(model, { ...promotion, reason: 'The policy promotes what meets every demand.' }, occasion);
  return 'refusal' in change ? nothing : change;
}

function formatsOf(files: readonly FileFinding[]): FormatCount[] {
  const counts = new Map<FormatCount['format'], number>();
  for (const { found } of files) if (found) counts.set(found.format, (counts.get(found.format) ?? 0) + 1);
  return [...counts]
    .map(([format, count]) => ({ format, files: count }))
    .sort((a, b) => (a.format < b.format ? -1 : 1));
}

/** What of a file makes a check fail. */
const FAULTS: Readonly<Record<OwnCheck, (file: FileFinding) => readonly string[]>> = {
  'signet/sha256': ({ proof }) => (proof === 'proved' ? [] : [PROOFS[proof]]),
  'signet/format': (file) => messagesOf(file, ['malformed', 'unseen']),
  'signet/pickle': (file) => messagesOf(file, ['code', 'unseen']),
};

const PROOFS = { mismatched: 'has other bytes than the manifest says', missing: 'is not there' } as const;

const messagesOf = ({ found }: FileFinding, kinds: readonly Problem['kind'][]): readonly string[] =>
  (found?.problems ?? []).filter(({ kind }) => kinds.includes(kind)).map(({ message }) => message);

const FINE: Readonly<Record<OwnCheck, string>> = {
  'signet/sha256': 'were read, and have the SHA-256 of the manifest',
  'signet/format': 'are what they say they are',
  'signet/pickle': 'run nothing when they are loaded, as far as is known',
};

const TOLD_MAX = 10;
const SUMMARY_MAX = 2_000;

/** How a check of these files ended. Of a file that could not be read nothing is known but that. */
function sayOf(name: OwnCheck, files: readonly FileFinding[]): CheckInput {
  const faulty = files
    .map((file) => ({ path: file.path, faults: FAULTS[name](file) }))
    .filter(({ faults }) => faults[0]);
  const unread = files.filter(({ found }) => !found);
  if (faulty.length === 0 && (name === 'signet/sha256' || unread.length === 0)) {
    return { name, outcome: 'success', summary: `${files.length} of ${files.length} files ${FINE[name]}.` };
  }
  const lines = faulty.slice(0, TOLD_MAX).map(({ path, faults }) => `${path} ${faults.join(', and ')}`);
  const more = faulty.length > TOLD_MAX ? [`and ${faulty.length - TOLD_MAX} more files`] : [];
  const blind = faulty.length === 0 ? [`${unread.length} of ${files.length} files could not be read`] : [];
  return { name, outcome: 'failure', summary: short(`${[...lines, ...more, ...blind].join('; ')}.`) };
}

const short = (text: string): string =>
  text.length > SUMMARY_MAX ? `${text.slice(0, SUMMARY_MAX - 1).toWellFormed()}…` : text;
