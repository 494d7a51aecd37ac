import { describe, expect, it } from 'vitest';
import { stage } from '../../infra/config/test.ts';
import released from '../../infra/released/storage.json' with { type: 'json' };
import { lossesBetween, type Resource, storageOf, type Template } from '../../infra/released/storage.ts';
import { synthesised } from '../../infra/released/synthesised.ts';

const TABLE = 'StorageTableB43FDCE7';
const BUCKET = 'StorageArtifacts08431D1F';
const LOGS_KEY = 'OperationsKey2329F47A';
const KEY = 'ApiCursorKeyD5FCB380';

const before: Template = released;
const next = synthesised(stage);

describe('an upgrade from the last release', () => {
  it('loses nothing that holds data', () => {
    expect(lossesBetween(before, next)).toEqual([]);
  });

  it('is compared with everything that holds data in it', () => {
    expect(Object.entries(before.Resources).map(([id, { Type }]) => [id, Type])).toEqual([
      [TABLE, 'AWS::DynamoDB::Table'],
      [BUCKET, 'AWS::S3::Bucket'],
      [LOGS_KEY, 'AWS::KMS::Key'],
      [KEY, 'AWS::KMS::Key'],
    ]);
  });

  it('leaves table, buckets and every key but those of cursors and tokens where they are, even if it takes them out of the stack', () => {
    // Cursors live for a day and tokens for hours, and their keys no longer than the stack.
    const holding = Object.entries(storageOf(next).Resources).filter(([id]) => id !== KEY && !/TokenKey/.test(id));

    expect(holding.map(([id]) => id)).toEqual([
      TABLE,
      BUCKET,
      expect.stringMatching(/^StorageWebhookKey/),
      expect.stringMatching(/^StorageCheckpointsBucket/),
      expect.stringMatching(/^StorageCheckpointsKey/),
      LOGS_KEY,
    ]);
    for (const [, { DeletionPolicy, UpdateReplacePolicy }] of holding) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    }
  });
});

/** The released template, with something else in one of its resources. */
const changed = (id: string, change: (resource: Resource) => Partial<Resource>): Template => {
  const resource = before.Resources[id];
  if (!resource) throw new Error(`There is no ${id} in the released template.`);
  return { Resources: { ...before.Resources, [id]: { ...resource, ...change(resource) } } };
};
const withProperties = (id: string, properties: Readonly<Record<string, unknown>>): Template =>
  changed(id, ({ Properties }) => ({ Properties: { ...Properties, ...properties } }));

const {
  GlobalSecondaryIndexes: indexes,
  AttributeDefinitions: attributes,
  KeySchema,
} = released.Resources[TABLE].Properties;
const [gsi1, ...otherIndexes] = indexes;
const { [TABLE]: table, ...withoutTable } = before.Resources;
const { PublicAccessBlockConfiguration: publicAccess } = released.Resources[BUCKET].Properties;
const PUBLIC = Object.keys(publicAccess);

describe('a template that loses data is refused', () => {
  it.each<[string, Template, string[]]>([
    ['the table is gone', { Resources: withoutTable }, [`${TABLE}: the AWS::DynamoDB::Table is gone`]],
    [
      'the table has another logical id',
      { Resources: { ...withoutTable, ...(table && { StorageTable2: table }) } },
      [`${TABLE}: the AWS::DynamoDB::Table is gone`],
    ],
    [
      'the table becomes one of another type',
      changed(TABLE, () => ({ Type: 'AWS::DynamoDB::GlobalTable' })),
      [`${TABLE}: the AWS::DynamoDB::Table is replaced by a AWS::DynamoDB::GlobalTable`],
    ],
    [
      'the table has other keys',
      withProperties(TABLE, { KeySchema: [KeySchema[0], { AttributeName: 'gsi1sk', KeyType: 'RANGE' }] }),
      [`${TABLE}: KeySchema changed, which replaces the AWS::DynamoDB::Table`],
    ],
    [
      'the table gets a name',
      withProperties(TABLE, { TableName: 'registry' }),
      [`${TABLE}: TableName changed, which replaces the AWS::DynamoDB::Table`],
    ],
    [
      'a key of the table has another type',
      withProperties(TABLE, {
        AttributeDefinitions: attributes.map((one) =>
          one.AttributeName === 'sk' ? { ...one, AttributeType: 'N' } : one,
        ),
      }),
      [`${TABLE}: no longer has the same attribute sk of S`],
    ],
    [
      'an index is gone',
      withProperties(TABLE, { GlobalSecondaryIndexes: otherIndexes }),
      [`${TABLE}: no longer has the same index gsi1 ${JSON.stringify(gsi1)}`],
    ],
    [
      'an index has other keys',
      withProperties(TABLE, { GlobalSecondaryIndexes: [{ ...gsi1, KeySchema }, ...otherIndexes] }),
      [`${TABLE}: no longer has the same index gsi1 ${JSON.stringify(gsi1)}`],
    ],
    [
      'the table would go with the stack',
      changed(TABLE, () => ({ DeletionPolicy: 'Delete' })),
      [`${TABLE}: its DeletionPolicy is no longer Retain`],
    ],
    [
      'the bucket gets a name',
      withProperties(BUCKET, { BucketName: 'artifacts' }),
      [`${BUCKET}: BucketName changed, which replaces the AWS::S3::Bucket`],
    ],
    [
      'the bucket has no Object Lock any more',
      withProperties(BUCKET, { ObjectLockEnabled: false }),
      [`${BUCKET}: ObjectLockEnabled changed, which replaces the AWS::S3::Bucket`],
    ],
    [
      'the bucket would go when it is replaced',
      changed(BUCKET, () => ({ UpdateReplacePolicy: 'Delete' })),
      [`${BUCKET}: its UpdateReplacePolicy is no longer Retain`],
    ],
    [
      'the key of cursors is of another kind',
      withProperties(KEY, { KeySpec: 'HMAC_512' }),
      [`${KEY}: no longer has the same key of HMAC_256 for GENERATE_VERIFY_MAC`],
    ],
    [
      'the table can be deleted',
      withProperties(TABLE, { DeletionProtectionEnabled: false }),
      [`${TABLE}: no longer has deletion protection`],
    ],
    [
      'the table does not say whether it can be deleted',
      withProperties(TABLE, { DeletionProtectionEnabled: undefined }),
      [`${TABLE}: no longer has deletion protection`],
    ],
    [
      'the table cannot be restored',
      withProperties(TABLE, { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } }),
      [`${TABLE}: no longer has point-in-time recovery`],
    ],
    [
      'the table does not say whether it can be restored',
      withProperties(TABLE, { PointInTimeRecoverySpecification: undefined }),
      [`${TABLE}: no longer has point-in-time recovery`],
    ],
    [
      'items expire by another attribute',
      withProperties(TABLE, { TimeToLiveSpecification: { AttributeName: 'at', Enabled: true } }),
      [`${TABLE}: would lose items by their attribute "at"`],
    ],
    [
      'the table has no stream',
      withProperties(TABLE, { StreamSpecification: undefined }),
      [`${TABLE}: no longer has a stream of NEW_AND_OLD_IMAGES`],
    ],
    [
      'the stream tells less',
      withProperties(TABLE, { StreamSpecification: { StreamViewType: 'KEYS_ONLY' } }),
      [`${TABLE}: no longer has a stream of NEW_AND_OLD_IMAGES`],
    ],
    [
      'the table is there in some stages only',
      changed(TABLE, () => ({ Condition: 'IsProduction' })),
      [`${TABLE}: is there only on the condition IsProduction`],
    ],
    [
      'the bucket keeps no versions',
      withProperties(BUCKET, { VersioningConfiguration: { Status: 'Suspended' } }),
      [`${BUCKET}: no longer has versions of its objects`],
    ],
    ...[
      { ExpirationInDays: 30 },
      { ExpirationDate: '2027-01-01T00:00:00Z' },
      { NoncurrentVersionExpiration: { NoncurrentDays: 30 } },
      { Transitions: [{ StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 30 }] },
    ].map((rule): [string, Template, string[]] => {
      const Rules = [{ Status: 'Enabled', ...rule }];
      return [
        `objects go by their age: ${JSON.stringify(rule)}`,
        withProperties(BUCKET, { LifecycleConfiguration: { Rules } }),
        [`${BUCKET}: would lose objects by the rule ${JSON.stringify(Rules[0])}`],
      ];
    }),
    [
      'the bucket may be made public',
      withProperties(BUCKET, { PublicAccessBlockConfiguration: undefined }),
      PUBLIC.map((name) => `${BUCKET}: no longer has the block ${name}`),
    ],
    ...PUBLIC.map((name): [string, Template, string[]] => [
      `the bucket may be made public, since it has no ${name}`,
      withProperties(BUCKET, { PublicAccessBlockConfiguration: { ...publicAccess, [name]: false } }),
      [`${BUCKET}: no longer has the block ${name}`],
    ]),
    [
      'objects may belong to whoever uploaded them',
      withProperties(BUCKET, { OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } }),
      [`${BUCKET}: no longer has objects of BucketOwnerEnforced`],
    ],
    [
      'the key of logs is disabled',
      withProperties(LOGS_KEY, { Enabled: false }),
      [`${LOGS_KEY}: no longer has a key that is enabled`],
    ],
  ])('%s', (_, template, losses) => {
    expect(lossesBetween(before, template)).toEqual(losses);
  });
});

describe('a template that only adds or adjusts is let through', () => {
  it.each<[string, Template]>([
    [
      'a further index',
      withProperties(TABLE, {
        GlobalSecondaryIndexes: [...indexes, { ...gsi1, IndexName: 'gsi4' }],
        AttributeDefinitions: [...attributes, { AttributeName: 'gsi4pk', AttributeType: 'S' }],
      }),
    ],
    ['a further table', { Resources: { ...before.Resources, ...(table && { Another: table }) } }],
    ['no rules for the lifecycle of objects', withProperties(BUCKET, { LifecycleConfiguration: { Rules: [] } })],
    [
      'a rule by which uploads are not waited for for ever',
      withProperties(BUCKET, {
        LifecycleConfiguration: {
          Rules: [{ Status: 'Enabled', Prefix: 't/', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 14 } }],
        },
      }),
    ],
    ['items that do not expire', withProperties(TABLE, { TimeToLiveSpecification: undefined })],
    ['a key that says that it is enabled', withProperties(LOGS_KEY, { Enabled: true })],
    ['another description of a key', withProperties(KEY, { Description: 'Cursors.' })],
  ])('%s', (_, template) => {
    expect(lossesBetween(before, template)).toEqual([]);
  });
});
