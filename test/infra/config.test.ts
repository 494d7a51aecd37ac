import { describe, expect, it } from 'vitest';
import { checked } from '../../infra/config/config.ts';
import { stage as prod } from '../../infra/config/prod.ts';
import { stage as test } from '../../infra/config/test.ts';

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

  it.each<[string, object]>([
    ['stackName', { stackName: 'two words' }],
    ['deploymentAdmins.0', { deploymentAdmins: ['Ann'] }],
    ['callers.accounts.0', { callers: { accounts: ['123'] } }],
    ['callers.organization', { callers: { accounts: [], organization: 'acme' } }],
    ['throttle.burst', { throttle: { requestsPerSecond: 10, burst: 0 } }],
    ['membershipSeconds', { membershipSeconds: 61 }],
    ['logRetention', { logRetention: 4 }],
    ['alarmEmails.0', { alarmEmails: ['nobody'] }],
  ])('names %s when it is wrong', (field, wrong) => {
    expect(() => checked('test', { ...test, ...wrong })).toThrow(`\n  ${field}: `);
  });
});
