import type { OperationName, Received } from '../shared/contract/operations.ts';
import { cell } from './render.ts';

/** A column of a table: its title, and what an item has in it. */
type Columns<Item> = readonly (readonly [title: string, of: (item: Item) => unknown])[];

type Lists = {
  [Name in OperationName]: Received<Name> extends { items: (infer Item)[] } ? Columns<Item> : never;
};

const LINKS: Columns<Received<'getDependents'>['items'][number]> = [
  ['MODEL', ({ model }) => model],
  ['VERSION', ({ version }) => version],
  ['STATE', ({ state }) => state],
  ['STAGE', ({ stage }) => stage],
  ['STEPS', ({ depth }) => depth],
  ['THROUGH', ({ via }) => via && `${via.model}:${via.version}`],
];

const grants = (roles: Received<'listMembers'>['items'][number]['roles']): string[] =>
  roles.map(({ role, models }) => (models === '*' ? role : `${role} on ${models}`));

/** What a table shows of a list. A list that is not here shows all that its items have. */
const COLUMNS: Partial<Lists> = {
  listModels: [
    ['MODEL', ({ name }) => name],
    ['LIFECYCLE', ({ lifecycle }) => lifecycle],
    ['PRODUCTION', ({ production }) => production],
    ['STAGING', ({ staging }) => staging],
    ['ALIASES', ({ aliases }) => aliases],
    ['VERSIONS', ({ versions }) => versions],
    ['UPDATED', ({ updatedAt }) => updatedAt],
  ],
  listVersions: [
    ['VERSION', ({ version }) => version],
    ['STATE', ({ state }) => state],
    ['STAGE', ({ stage }) => stage],
    ['METRICS', ({ metrics }) => pairs(metrics)],
    ['REGISTERED BY', ({ registeredBy }) => registeredBy.principal],
    ['CREATED', ({ createdAt }) => createdAt],
  ],
  listMembers: [
    ['PRINCIPAL', ({ principal }) => principal],
    ['ROLES', ({ roles }) => grants(roles)],
    ['SINCE', ({ addedAt }) => addedAt],
  ],
  listTokens: [
    ['ID', ({ id }) => id],
    ['LABEL', ({ label }) => label],
    ['OF', ({ principal }) => principal],
    ['ROLES', ({ roles }) => grants(roles)],
    ['MADE', ({ createdAt }) => createdAt],
    ['UNTIL', ({ validUntil }) => validUntil],
  ],
  listEvents: [
    ['AT', ({ at }) => at],
    ['SEQ', ({ seq }) => seq],
    ['EVENT', ({ type }) => type],
    ['MODEL', ({ model }) => model?.name],
    ['VERSION', ({ version }) => version],
    ['BY', ({ actor }) => actor.principal],
  ],
  listWebhooks: [
    ['ID', ({ id }) => id],
    ['URL', ({ url }) => url],
    ['EVENTS', ({ events }) => (events.length > 0 ? events : 'all')],
    ['MODELS', ({ models }) => models],
    ['STATE', ({ state, disabled }) => (disabled ? `${state}: ${disabled.reason}` : state)],
    ['FAILING SINCE', ({ failingSince }) => failingSince],
  ],
  listDeliveries: [
    ['AT', ({ at }) => at],
    ['EVENT', ({ type }) => type],
    ['MODEL', ({ model }) => model?.name],
    ['STATE', ({ state }) => state],
    ['ATTEMPTS', ({ attempts }) => attempts.length],
    ['LAST', ({ attempts }) => attempts.at(-1)?.status ?? attempts.at(-1)?.error],
    ['NEXT', ({ nextAt }) => nextAt],
    ['ID', ({ event }) => event],
  ],
  listApprovals: [
    ['MODEL', ({ model }) => model],
    ['VERSION', ({ version }) => version],
    ['STAGE', ({ stage }) => stage],
    ['VOTES', ({ votes }) => votes.length],
    ['ASKED BY', ({ requestedBy }) => requestedBy.principal],
    ['ASKED', ({ requestedAt }) => requestedAt],
    ['EXPIRES', ({ expiresAt }) => expiresAt],
    ['ID', ({ id }) => id],
    ['COMMENT', ({ comment }) => comment],
  ],
  listChecks: [
    ['CHECK', ({ check }) => check],
    ['OUTCOME', ({ outcome }) => outcome],
    ['AT', ({ at }) => at],
    ['BY', ({ recordedBy }) => recordedBy.principal],
    ['METRICS', ({ metrics = {} }) => pairs(metrics)],
    ['LINK', ({ link }) => link],
    ['SUMMARY', ({ summary }) => summary],
  ],
  listEvaluations: [
    ['EVALUATION', ({ evaluation }) => evaluation],
    ['DATA SET', ({ dataset }) => dataset.name],
    ['METRICS', ({ metrics }) => pairs(metrics)],
    ['SLICES', ({ slices }) => slices.length],
    ['AT', ({ at }) => at],
    ['BY', ({ recordedBy }) => recordedBy.principal],
    ['RUN', ({ runId }) => runId],
  ],
  previewRetention: [
    ['MODEL', ({ model }) => model],
    ['VERSION', ({ version }) => version],
    ['STAGE', ({ stage }) => stage],
    ['NEXT RUN', ({ actions }) => actions.map(({ action }) => action)],
    ['KEPT', ({ kept }) => kept.map(({ what, detail }) => `${what}: ${detail}`).join('; ')],
  ],
  getDependencies: LINKS,
  getDependents: LINKS,
  getStageHistory: [
    ['FROM', ({ at }) => at],
    ['VERSIONS', ({ versions }) => (versions.length > 0 ? versions : 'none')],
    ['BY', ({ actor }) => actor.principal],
    ['EVENT', ({ seq }) => seq],
  ],
  getDownload: [
    ['PATH', ({ path }) => path],
    ['BYTES', ({ bytes }) => bytes],
    ['SHA-256', ({ sha256 }) => sha256],
  ],
};

/** Names with their values, a pair after the other, however many. */
const pairs = (record: object): string =>
  Object.entries(record)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

/** The header and the rows of the table that shows a list. */
export function columnsOf(name: OperationName, items: readonly object[]): { header: string[]; rows: string[][] } {
  const columns = (COLUMNS[name] as Columns<object> | undefined) ?? columnsFrom(items);
  return {
    header: columns.map(([title]) => title),
    rows: items.map((item) => columns.map(([, of]) => cell(of(item)))),
  };
}

const columnsFrom = (items: readonly object[]): Columns<object> =>
  [...new Set(items.flatMap(Object.keys))].map((key) => [key.toUpperCase(), (item) => item[key as keyof typeof item]]);
