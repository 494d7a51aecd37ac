import type { Received } from '../../shared/contract/operations.ts';
import type { Condition } from '../../shared/domain/condition.ts';
import { quoted } from '../example.ts';
import { inCommands } from '../hints.ts';
import { typed } from '../reference.ts';
import type { Style } from '../session.ts';
import { targetText } from './options.ts';
import type { Aim } from './refusal.ts';

/** Everything that a promotion takes, and how to go on. */
export function explained(
  { from, to, allowed, conditions, ...of }: Received<'explainTransition'>,
  style: Style,
): string {
  return [
    style('bold', `${of.model} version ${of.version}, from ${from} to ${to}`),
    checklist(conditions, { ...of, stage: to }, style),
    ...(allowed ? [`Nothing is missing: \`signet promote ${typed(of)} --to ${to}\`.`] : []),
  ].join('\n');
}

/** What a promotion takes: whether it is so, what there is, and where something is missing, who can see to it and how. */
export function checklist(conditions: readonly Condition[], aim: Aim, style: Style): string {
  const step = conditions.find(({ kind, met }) => kind === 'step' && !met);
  // Where no step leads there, nothing else helps either.
  const isOnItsWay = step === undefined || leadsToStaging(step);
  const longest = Math.max(0, ...conditions.map(({ kind }) => kind.length));
  const under = `\n${' '.repeat(longest + 4)}`;
  const lines = conditions.map((condition) => {
    const { kind, met, warning, demand, roles } = condition;
    const [mark, colour] = markOf(condition);
    const found = `found ${kind === 'step' ? inCommands(condition.found) : condition.found}`;
    const way = met || warning || (kind !== 'step' && !isOnItsWay) ? undefined : wayTo(condition, aim);
    return [
      `${style(colour, mark)} ${kind.padEnd(longest)}  ${demand}`,
      style(met ? 'dim' : colour, found),
      ...(way === undefined ? [] : [`${style('bold', `${roles.join(' or ')}:`)} ${way}`]),
    ].join(under);
  });
  return lines.join('\n');
}

/** What only warns stands in nobody's way. */
const markOf = ({ met, warning }: Condition) =>
  met ? (['✓', 'green'] as const) : warning ? (['!', 'yellow'] as const) : (['✗', 'red'] as const);

const leadsToStaging = ({ evidence }: Condition): boolean => [evidence['next']].flat().includes('staging');

/** Metrics, schema and files are of a version for ever. */
const ANOTHER = 'push another version, with `signet push`';

/** What to do about a condition that is not met, as it is typed; `undefined` where nothing helps. */
function wayTo(condition: Condition, aim: Aim): string | undefined {
  const { kind, evidence } = condition;
  const version = typed(aim);
  switch (kind) {
    case 'step':
      return leadsToStaging(condition) ? `\`signet promote ${version} --to staging\`` : wayBack(condition, aim);
    case 'files':
      return 'push the same directory again, with `signet push`';
    case 'room':
      return '`signet archive`, for one of them that nobody needs';
    case 'card':
      return `\`signet card ${version} --put card.md\``;
    case 'check': {
      const check = quoted(String(evidence['check']));
      return `\`signet record-check ${quoted(aim.model)} ${aim.version} ${check} --outcome success\`, when it is one`;
    }
    case 'approval':
      return `\`signet ${evidence['state'] === 'pending' ? 'approve' : 'request'} ${version}${targetText(aim.stage)}\``;
    case 'metric':
      return evidence['from'] === undefined ? ANOTHER : 'measure it again, and record that with `signet evaluate`';
    case 'dependency':
      return 'promote what it needs first; `signet impact --needs` shows where that is';
    case 'dependents':
      return 'let what needs it go on to another version first; `signet impact` shows it all';
    default:
      return ANOTHER;
  }
}

/** What was in production once comes back without all this. */
const wayBack = ({ found }: Condition, { model, version }: Aim): string | undefined =>
  found.includes('rollbackModel') ? `\`signet rollback ${quoted(model)} --to ${version}\`` : undefined;
