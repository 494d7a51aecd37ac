import { rows } from '../shared/contract/operations.ts';
import type { FailureCode } from '../shared/errors.ts';
import { kebabCase } from '../shared/kebab-case.ts';

/**
 * What to do next after a refusal, as the command line does it; an empty hint where the detail says it all. Where there
 * is none here, the hint of the API serves, with its operations named as commands.
 */
const HINTS: Partial<Record<FailureCode | 'http.403', string>> = {
  'request.invalid': 'Correct what is named, and run it again.',
  'request.too_large': 'Send less at once. `signet push` uploads files one by one.',
  'request.throttled': 'Wait a while, and run it again.',
  'route.not_found': 'Check the endpoint: the registry may also be older than this signet.',
  'cursor.invalid': 'Begin again without --cursor, or list everything with --all.',
  'caller.unknown': 'Check keys, region and clock; `signet init` writes a profile, --aws-profile chooses the keys.',
  'caller.forbidden': 'Ask an admin of the tenant for the role. `signet who-am-i` shows the roles that you have.',
  'tenant.ambiguous': 'Choose one with --tenant. `signet who-am-i` lists them.',
  'tenant.not_found': 'Choose another one with --tenant. `signet who-am-i` lists yours.',
  'member.last_admin': 'Make somebody else an admin of all models first, with `signet put-member`.',
  'model.in_use': 'Archive them with `signet archive`, or let an admin use --force with a --reason.',
  'model.exists': 'Push a version of it with `signet push`, or choose another name.',
  'version.duplicate': 'Use that version. Other metrics, tags or lineage do not make other files.',
  'version.incomplete': 'Push the same directory again: only what is missing is sent.',
  'version.abandoned': 'Push the directory again: it gets a new version.',
  'version.mismatch': 'Push the directory again when nothing writes to it any more.',
  'version.in_use': 'Archive it first, or what needs it, with `signet archive`; `signet impact` shows what does.',
  'dependency.not_found': 'Push what is missing first, and complete it, or leave it out of --depends-on.',
  'version.external': 'Fetch them from there.',
  'schema.not_found': 'Push another version, with its schema as --schema @schema.json.',
  // The detail says where the version may go, and the conditions what else it takes.
  'transition.refused': '',
  'approval.not_found': '`signet inbox` lists what waits for votes.',
  'approval.exists': 'Wait for the votes, or take it back with `signet withdraw-approval`.',
  'approval.needless': '`signet explain` shows what the promotion takes.',
  'approval.closed':
    '`signet explain` shows what is missing now, if anything is; where it is votes, `signet request` asks for them anew.',
  'stage.empty': '`signet promote MODEL:N --to STAGE` puts one there; `signet list-versions MODEL` lists them all.',
  'card.not_found': 'Put one with `signet card MODEL:N --put card.md`.',
  'rollback.impossible':
    '`signet history MODEL` shows what was in production, and `signet rollback MODEL --to N` brings back any of it, also what was rolled back from.',
  'precondition.failed': 'Look at it again, and repeat with its present revision as --if-match.',
  'idempotency.reused': 'Use a fresh --idempotency-key for each request, and the same one only to repeat it.',
  'write.conflict': 'Run it again.',
  'storage.unavailable':
    'Run it again later. Whether it was written is not known: with the same --idempotency-key it happens once.',
  'server.slow': 'Run it again; with the same --idempotency-key it happens once.',
  'http.403':
    'Check that the keys may call the API (execute-api:Invoke), and that endpoint and region belong together.',
};

/** What to do next after a refusal of this code, where the registry says this about it. */
export const hintFor = (code: string, said: string | undefined): string | undefined =>
  (HINTS as Readonly<Record<string, string>>)[code] ?? (said && inCommands(said));

/** Journeys that do more than the operation alone. */
const JOURNEYS: Readonly<Record<string, string>> = {
  promoteVersion: 'promote',
  archiveVersion: 'archive',
  rollbackModel: 'rollback',
  getStageHistory: 'history',
  explainTransition: 'explain',
  requestApproval: 'request',
  listApprovals: 'inbox',
  getCard: 'card',
  getDependents: 'impact',
};

/** A text of the API, with its operations named as commands. */
export const inCommands = (text: string): string =>
  text.replace(/\b[a-z]+[A-Z]\w+\b/g, (word) =>
    rows.some(([name]) => name === word) ? `\`signet ${JOURNEYS[word] ?? kebabCase(word)}\`` : word,
  );
