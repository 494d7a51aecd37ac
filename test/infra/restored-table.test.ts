import { describe, expect, it } from 'vitest';
import { lossesBetween } from '../../infra/released/storage.ts';
import { synthesised } from '../../infra/released/synthesised.ts';
import { production } from './production.ts';
import { rolePoliciesOf } from './role-policies.ts';

const NAME = 'Signet-restored';

const before = synthesised(production);
const restored = synthesised({ ...production, restoredTable: NAME });

/** What an alarm, a dashboard or a policy says, as text. */
const textOf = (type: string): string =>
  JSON.stringify(Object.values(restored.Resources).filter(({ Type }) => Type === type));

describe('a table that was restored', () => {
  it('is what every function reads and writes', () => {
    const variables = Object.values(restored.Resources)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => Properties['Environment'] as { Variables: Readonly<Record<string, unknown>> });

    expect(variables.length).toBeGreaterThan(0);
    for (const { Variables } of variables) expect(Variables['TABLE_NAME']).toBe(NAME);
  });

  it('and its indexes are all of DynamoDB that a function is granted', () => {
    const policies = JSON.stringify(rolePoliciesOf(restored));

    expect(policies).toContain(`:table/${NAME}"`);
    expect(policies).toContain(`:table/${NAME}/index/gsi1"`);
    expect(policies).not.toContain('StorageTable');
  });

  it('is what the stack tells to be in use, for whoever restores it again', () => {
    expect(before.Outputs?.['Table']?.Value).toEqual({ Ref: expect.stringMatching(/^StorageTable/) });
    expect(restored.Outputs?.['Table']?.Value).toBe(NAME);
  });

  it('is what alarms look at', () => {
    expect(textOf('AWS::CloudWatch::Alarm')).toContain(`"TableName","Value":"${NAME}"`);
    expect(textOf('AWS::CloudWatch::Alarm')).not.toContain('StorageTable');
  });

  it('leaves the table that it takes the place of in the stack, of which nobody reads the stream any more', () => {
    expect(lossesBetween(before, restored)).toEqual([
      expect.stringMatching(/^ReactionsOnPublishEvents\w+: the AWS::Lambda::EventSourceMapping is gone$/),
    ]);
  });
});
