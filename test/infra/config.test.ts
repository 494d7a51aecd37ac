import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { Config, checked, type Stage } from '../../infra/config/config.ts';
import { stage as prod } from '../../infra/config/prod.ts';
import { stage as test } from '../../infra/config/test.ts';
import { namesakeOf } from '../../infra/stages.ts';

/** What is said of a stage that is not as it has to be, a line for each mistake. */
function mistakesOf(stage: object): string[] {
  try {
    checked('test', stage as Stage);
    return [];
  } catch (error) {
    return String(error).split('\n  ').slice(1);
  }
}

const ISSUER = {
  name: 'github',
  issuer: 'https://token.actions.githubusercontent.com',
  keys: 'https://token.actions.githubusercontent.com/.well-known/jwks',
  audience: 'signet',
  tenant: 'acme',
  rules: [{ claims: { repository: 'acme/fraud' }, subject: 'fraud' }],
};
const EVERYBODY = { claims: {}, subject: 'everybody' };

describe('the configuration of a stage', () => {
  it('is taken as it is written, with principals in their normal form', () => {
    const config = checked('test', { ...test, deploymentAdmins: ['arn:aws:iam::111122223333:role/path/Platform'] });

    expect(config).toMatchObject({ stackName: 'SignetTest', deploymentAdmins: ['aws:111122223333:role/Platform'] });
  });

  it('of production is complete but for whoever looks after it', () => {
    expect(() => checked('prod', prod)).toThrow(
      'infra/config/prod.ts is not as it has to be:\n  deploymentAdmins: expected at least one: nobody else can create a tenant',
    );
    expect(() => checked('prod', { ...prod, deploymentAdmins: ['aws:111122223333:role/Platform'] })).not.toThrow();
  });

  const wrong: readonly (readonly [field: string, stage: object, says: string])[] = [
    ['stackName', { stackName: 'two words' }, 'expected up to 32 letters, digits and hyphens'],
    ['account', { account: 111122223333 }, 'expected a text, got a number'],
    ['account', { account: '1111', isEmulated: false, trustedOrigins: [] }, 'expected the 12 digits of an AWS account'],
    ['region', { region: 'Ireland' }, 'expected a Region such as eu-west-1'],
    ['deploymentAdmins', { deploymentAdmins: 'aws:111122223333:role/Platform' }, 'expected a list, got a text'],
    [
      'deploymentAdmins[0]',
      { deploymentAdmins: ['Ann'] },
      'expected a principal such as aws:111122223333:role/Deployer, or an IAM ARN',
    ],
    ['deploymentAdmins[0]', { deploymentAdmins: ['aws:111122223333:user/ann,bob'] }, 'expected no comma'],
    ['callers', { callers: [] }, 'expected an object, got a list'],
    ['callers.accounts', { callers: {} }, 'expected a list, got nothing'],
    ['callers.accounts[0]', { callers: { accounts: ['123'] } }, 'expected the 12 digits of an AWS account'],
    ['callers.organization', { callers: { accounts: [], organization: 'acme' } }, 'expected the id of an organization'],
    ['throttle.burst', { throttle: { requestsPerSecond: 10, burst: 0 } }, 'expected 1 or more'],
    [
      'throttle.requestsPerSecond',
      { throttle: { requestsPerSecond: '10', burst: 1 } },
      'expected a number, got a text',
    ],
    ['throttle.rate', { throttle: { requestsPerSecond: 10, burst: 10, rate: 10 } }, 'is not known here'],
    ['membershipSeconds', { membershipSeconds: 61 }, 'expected at most 60'],
    [
      'issuers[0].keys',
      { issuers: [{ ...ISSUER, keys: 'http://keys.example/jwks' }] },
      'expected a URL with https, without user and password',
    ],
    ['issuers[0].rules[0].claims', { issuers: [{ ...ISSUER, rules: [EVERYBODY] }] }, 'expected at least one claim'],
    ['issuers', { issuers: [ISSUER, ISSUER] }, 'expected each name once'],
    [
      'logRetention',
      { logRetention: 4 },
      `expected ${Object.values(RetentionDays).filter(Number.isInteger).join(' or ')}`,
    ],
    ['checkpointDays', { checkpointDays: 0 }, 'expected 1 or more'],
    ['trustedOrigins[0]', { trustedOrigins: ['127.0.0.1'] }, 'expected an origin such as http://127.0.0.1:9999'],
    ['restoredTable', { restoredTable: 'the restored one' }, 'expected the name of a table'],
    ['setsApiGatewayAccount', { setsApiGatewayAccount: 'no' }, 'expected true or false, got a text'],
    ['runbookUrl', { runbookUrl: 'docs/runbook.md' }, 'expected a URL with https and no #'],
    ['runbookUrl', { runbookUrl: `https://example.com/${'a'.repeat(300)}` }, 'expected at most 300 characters'],
    ['alarmEmails[0]', { alarmEmails: ['nobody'] }, 'expected an email address'],
    ['isEmulated', { isEmulated: 'yes' }, 'expected true or false, got a text'],
    ['isEmulated', { account: '111122223333' }, 'expected false, but for the account 000000000000 of emulators'],
    ['isEmulated', { account: undefined }, 'expected false, but for the account 000000000000 of emulators'],
    ['alarmEmail', { alarmEmail: 'ann@example.com' }, 'is not known here'],
  ];
  it.each(wrong)('names %s in %j, and what is wrong with it', (field, stage, says) => {
    expect(mistakesOf({ ...test, ...stage })).toEqual([`${field}: ${says}`]);
  });

  it('is checked in each of its fields', () => {
    const checkedFields = wrong.map(([field]) => field.replace(/\W.*/, ''));

    expect(checkedFields).toEqual(expect.arrayContaining(Object.keys(Config.shape)));
  });

  it.each(['stackName', 'deploymentAdmins', 'callers', 'throttle', 'membershipSeconds', 'logRetention', 'alarmEmails'])(
    'lacks %s by mistake',
    (field) => {
      const mistakes = mistakesOf({ ...test, [field]: undefined });

      expect(mistakes).toHaveLength(1);
      expect(mistakes[0]).toMatch(new RegExp(`^${field}: expected `));
    },
  );

  it('is told all of its mistakes at once', () => {
    expect(mistakesOf({ ...test, membershipSeconds: 61, callers: { accounts: ['1', '2'] } })).toHaveLength(3);
  });
});

describe('a stage that was copied', () => {
  const ireland: Stage = { ...prod, account: '111122223333', region: 'eu-west-1' };

  it.each<[string, Stage, string | undefined]>([
    ['as it is', prod, 'prod'],
    ['with the same place', ireland, 'prod'],
    ['to the same account, and it is not said where', { ...prod, account: '111122223333' }, 'prod'],
    ['to another Region', { ...ireland, region: 'eu-central-1' }, undefined],
    ['to another account', { ...ireland, account: '444455556666' }, undefined],
    ['under another stack name', { ...ireland, stackName: 'SignetCopy' }, undefined],
  ])('%s must not be the stack of the other one', (_, copy, namesake) => {
    expect(namesakeOf('copy', { prod: copy === prod ? prod : ireland, test, copy })).toBe(namesake);
  });
});
