import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ending, EXIT_CODES, endingOf, exitCodeLines } from '../../cli/exit-codes.ts';
import { lifecycleOperations } from '../../shared/contract/lifecycle.ts';
import { FAILURES, type FailureCode } from '../../shared/errors.ts';
import { type Answer, type EchoRegistry, echoRegistry } from './echo-registry.ts';
import { madeUp } from './keys.ts';
import { type Terminal, terminal } from './terminal.ts';

let registry: EchoRegistry;
let person: Terminal;
let answer: Answer;

beforeAll(async () => {
  registry = await echoRegistry(() => answer);
  person = await terminal();
  await person.profile('default', await madeUp(registry.endpoint, person.directory));
});

afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await person[Symbol.asyncDispose]();
});

/** How each refusal ends: whoever adds one has to say it here. */
const ENDINGS = {
  'request.invalid': 'usage',
  'request.too_large': 'usage',
  'request.throttled': 'unavailable',
  'route.not_found': 'absent',
  'cursor.invalid': 'usage',
  'clock.fixed': 'refused',
  'caller.unknown': 'forbidden',
  'caller.forbidden': 'forbidden',
  'tenant.ambiguous': 'usage',
  'tenant.not_found': 'absent',
  'tenant.exists': 'conflict',
  'member.not_found': 'absent',
  'member.last_admin': 'refused',
  'policy.conflict': 'refused',
  'model.not_found': 'absent',
  'model.exists': 'conflict',
  'model.in_use': 'refused',
  'model.full': 'refused',
  'version.not_found': 'absent',
  'version.duplicate': 'conflict',
  'version.incomplete': 'refused',
  'version.abandoned': 'refused',
  'version.mismatch': 'refused',
  'version.in_use': 'refused',
  'version.external': 'refused',
  'artifact.not_found': 'absent',
  'artifact.lost': 'refused',
  'dependency.not_found': 'absent',
  'schema.not_found': 'absent',
  'transition.refused': 'refused',
  'approval.not_found': 'absent',
  'approval.exists': 'conflict',
  'approval.needless': 'refused',
  'approval.closed': 'refused',
  'approval.not_yours': 'forbidden',
  'card.not_found': 'absent',
  'vote.refused': 'refused',
  'webhook.not_found': 'absent',
  'webhook.limit': 'refused',
  'webhook.disabled': 'refused',
  'delivery.not_found': 'absent',
  'artifact.deleted': 'refused',
  'version.retained': 'refused',
  'hold.not_found': 'absent',
  'hold.in_force': 'refused',
  'hold.unconfirmed': 'refused',
  'hold.full': 'refused',
  'event.not_found': 'absent',
  'checkpoint.pending': 'refused',
  'rollback.impossible': 'refused',
  'tenant.full': 'refused',
  'token.not_found': 'absent',
  'subscription.not_found': 'absent',
  'subscription.exists': 'refused',
  'subscription.refused': 'usage',
  'alias.not_found': 'absent',
  'stage.empty': 'absent',
  'precondition.failed': 'conflict',
  'idempotency.reused': 'conflict',
  'write.conflict': 'conflict',
  'storage.unavailable': 'unavailable',
  'server.slow': 'unavailable',
} as const satisfies Record<FailureCode, Ending>;

describe('a refusal of the registry', () => {
  it.each(Object.entries(ENDINGS))('%s ends as %s', (code, ending) => {
    const { status } = FAILURES[code as FailureCode];
    expect(endingOf({ status, code })).toBe(ending);
  });

  it.each([
    'model.not_found',
    'rollback.impossible',
    'caller.forbidden',
    'precondition.failed',
    'request.invalid',
  ] as const)('%s is told with its detail, its fields, what to do next and the request id', async (code) => {
    const { status, title } = FAILURES[code];
    const issues = [{ field: 'model', message: 'expected another' }];
    answer = {
      status,
      body: { status, title, code, detail: 'So it is.', hint: 'Call listModels.', issues, requestId: 'r-1' },
    };

    const printed = await person.signet(['get-model', 'iris']);

    expect(printed.code).toBe(EXIT_CODES[ENDINGS[code]].code);
    expect(printed.output).toBe('');
    expect(printed.messages).toMatch(
      /^signet: So it is\.\n {2}model: expected another\n {2}Next: .+\n {2}Request r-1\n$/,
    );
  });

  it.each([
    ['rollback.impossible', /Next: .*`signet history MODEL`.*`signet rollback MODEL --to N`/],
    ['tenant.ambiguous', /Next: .*--tenant/],
    ['version.incomplete', /Next: Push the same directory again/],
    [
      'stage.empty',
      /Next: `signet promote MODEL:N --to STAGE` puts one there; `signet list-versions MODEL` lists them all\./,
    ],
  ] as const)('%s is followed by what the command line can do', async (code, expected) => {
    const { status, hint } = FAILURES[code];
    answer = { status, body: { status, code, detail: 'So it is.', hint } };
    expect((await person.signet(['get-model', 'iris'])).messages).toMatch(expected);
  });

  it('that says all by itself is followed by nothing, and names the command that helps', async () => {
    const { status, hint } = FAILURES['transition.refused'];
    const detail = 'iris version 2 is in archived: from there it comes back by rollbackModel alone, not to staging.';
    answer = { status, body: { status, code: 'transition.refused', detail, hint } };
    expect((await person.signet(['get-model', 'iris'])).messages).toBe(
      'signet: iris version 2 is in archived: from there it comes back by `signet rollback` alone, not to staging.\n',
    );
  });

  it('does not take the name of a model for that of an operation', async () => {
    answer = { status: 404, body: { code: 'model.not_found', detail: 'There is no model rollbackModel.' } };
    expect((await person.signet(['get-model', 'rollbackModel'])).messages).toContain('no model rollbackModel.');
  });

  it('names operations as commands', async () => {
    answer = { status: 404, body: { code: 'model.not_found', detail: 'No.', hint: 'listModels lists them.' } };
    expect((await person.signet(['get-model', 'iris'])).messages).toContain('`signet list-models` lists them.');
  });
});

describe('a failure of a command with --json', () => {
  const failed = async (...words: string[]) => {
    const { code, output, messages } = await person.signet([...words, '--json']);
    expect(output).toBe('');
    return { code, told: JSON.parse(messages) };
  };

  it('is what the registry said, as one object on standard error', async () => {
    const issues = [{ field: 'model', message: 'expected another' }];
    answer = {
      status: 404,
      body: { code: 'model.not_found', detail: 'No.', hint: 'listModels lists them.', issues, requestId: 'r-1' },
    };
    expect(await failed('get-model', 'iris')).toEqual({
      code: 4,
      told: {
        code: 'model.not_found',
        detail: 'No.',
        hint: '`signet list-models` lists them.',
        issues,
        requestId: 'r-1',
        exitCode: 4,
      },
    });
  });

  it.each([
    ['an unknown option', ['get-model', 'iris', '--colour'], 'usage', /unknown option/],
    ['an unknown command', ['promot'], 'usage', /Did you mean promote/],
    ['a word that is missing', ['get-version', 'iris'], 'usage', /does not fit/],
    ['a file that is not there', ['put-policy', '--policy', '@nowhere.json'], 'local', /nowhere\.json/],
    ['a registry that does not run', ['who-am-i', '--endpoint', 'http://127.0.0.1:9'], 'unavailable', /reached/],
    ['a rollback that nobody confirms', ['rollback', 'iris', '--reason', 'x'], 'usage', /nobody to ask/],
  ] as const)('is called by how it ends: %s', async (_, words, ending, detail) => {
    answer = { body: lifecycleOperations.rollbackModel.example.output };
    const { code, told } = await failed(...words);
    expect(told).toMatchObject({ code: ending, exitCode: EXIT_CODES[ending].code, issues: expect.any(Array) });
    expect(told.detail).toMatch(detail);
    expect(told.hint).toEqual(expect.any(String));
    expect(code).toBe(EXIT_CODES[ending].code);
  });

  it('is told as prose where --json is a word like any other', async () => {
    const { messages } = await person.signet(['get-model', 'iris', '--', '--json']);
    expect(messages).toMatch(/^signet: /);
  });
});

describe('whatever else goes wrong', () => {
  it.each([
    ['an unknown command', ['promot'], 'usage', /Did you mean promote/],
    ['help on an unknown command', ['help', 'promot'], 'usage', /unknown command 'promot'\n\(Did you mean promote\?\)/],
    ['help on one inside another', ['help', 'audit', 'verfy'], 'usage', /unknown command 'verfy'\n\(Did you mean ver/],
    ['no command', [], 'usage', /Usage: signet/],
    ['a command that lacks a word', ['get-version', 'iris'], 'usage', /VERSION: is missing/],
    ['one word too many', ['get-model', 'iris', 'wine'], 'usage', /too many arguments/],
    ['an unknown option', ['get-model', 'iris', '--colour'], 'usage', /unknown option/],
    ['a word that is no number', ['get-version', 'iris', 'three'], 'usage', /VERSION: .*number/],
    ['a choice that there is not', ['list-versions', 'iris', '--stage', 'prod'], 'usage', /none, staging, production/],
    ['JSON that is none', ['put-policy', '--policy', '{"lifecycle"'], 'usage', /--policy: expected JSON/],
    ['a revision that is none', ['archive-version', 'iris', '3', '--if-match', 'x'], 'usage', /--if-match/],
    ['a tag without a value', ['create-model', 'iris', '--tag', 'team'], 'usage', /--tag: expected name=value/],
    ['a tag that JavaScript knows', ['create-model', 'iris', '--tag', 'constructor=x'], 'usage', /--tags.*JavaScript/],
    ['a tag twice', ['create-model', 'iris', '--tag', 'a=1', '--tag', 'a=2'], 'usage', /--tag: a is there twice/],
    [
      'a tag set and removed',
      ['update-model', 'iris', '--tag', 'a', '--tag', 'a=2'],
      'usage',
      /--tag: a is there twice/,
    ],
    [
      'an item with a name twice',
      ['put-member', 'aws:111122223333:user/Ann', '--roles', 'role=reader,role=admin'],
      'usage',
      /--roles: role is there twice/,
    ],
    ['a file that is not there', ['put-policy', '--policy', '@nowhere.json'], 'local', /nowhere\.json: no such file/],
    ['a profile that there is not', ['who-am-i', '--profile', 'work'], 'usage', /signet init --profile work/],
    ['an endpoint that is no URL', ['who-am-i', '--endpoint', 'registry'], 'usage', /not the URL of a registry/],
    ['keys that there are not', ['who-am-i', '--aws-profile', 'nobody'], 'forbidden', /nobody is not in .+\n.+made-up/],
    [
      'a registry that does not run',
      ['who-am-i', '--endpoint', 'http://127.0.0.1:9'],
      'unavailable',
      /cannot be reached/,
    ],
  ] as const)('%s', async (_, words, ending, message) => {
    answer = { body: {} };
    const { code, output, messages } = await person.signet(words);
    expect(messages).toMatch(message);
    expect(code).toBe(EXIT_CODES[ending].code);
    expect(output).toBe('');
    expect(messages).not.toMatch(/^ {4}at /m);
  });

  it.each([
    ['a gateway that speaks no JSON', 502, '<html>Bad Gateway</html>', 'unavailable'],
    ['a gateway that forbids', 403, '{"message":"Forbidden"}', 'forbidden'],
  ] as const)('%s', async (_, status, raw, ending) => {
    answer = { status, raw, body: undefined };
    const { code, messages } = await person.signet(['get-model', 'iris']);
    expect(code).toBe(EXIT_CODES[ending].code);
    expect(messages).toMatch(/^signet: /);
  });

  it('help and version end well', async () => {
    for (const words of [
      ['--help'],
      ['help'],
      ['help', 'push'],
      ['help', 'audit', 'verify'],
      ['help', 'help'],
      ['push', '--help'],
      ['--version'],
      ['help', 'exit-codes'],
    ]) {
      expect(await person.signet(words)).toMatchObject({ code: EXIT_CODES.ok.code, messages: '' });
    }
  });
});

it('shows the same exit codes in the help and in the documentation', async () => {
  const { output } = await person.signet(['help', 'exit-codes']);
  const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
  for (const line of exitCodeLines()) expect(output).toContain(line);
  for (const { code, meaning } of Object.values(EXIT_CODES)) expect(page).toContain(`| ${code} | ${meaning} |`);
});
