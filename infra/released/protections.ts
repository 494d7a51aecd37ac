import { STAGED_PREFIX } from '../../shared/domain/staged.ts';
import type { Resource } from './storage.ts';

/**
 * What CloudFormation changes in place and at no price at once, but data may be lost for it later: what keeps it is gone,
 * or what deletes it is new. A line for each.
 */
export const exposuresBetween = (before: Resource, after: Resource): string[] => [
  ...protectionsOf(before)
    .filter((one) => !protectionsOf(after).includes(one))
    .map((one) => `no longer has ${one}`),
  ...deletionsOf(after)
    .filter((one) => !deletionsOf(before).includes(one))
    .map((one) => `would lose ${one}`),
  ...(after.Condition === undefined ? [] : [`is there only on the condition ${after.Condition}`]),
];

/** A property says so in so many words: one that is left to a function of CloudFormation may say anything. */
function protectionsOf({ Type, Properties }: Resource): string[] {
  const properties: Known = Properties;
  const { DeletionProtectionEnabled, PointInTimeRecoverySpecification, StreamSpecification } = properties;
  const { VersioningConfiguration, PublicAccessBlockConfiguration = {}, OwnershipControls } = properties;
  return [
    DeletionProtectionEnabled === true && 'deletion protection',
    PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true && 'point-in-time recovery',
    StreamSpecification && `a stream of ${StreamSpecification.StreamViewType}`,
    VersioningConfiguration?.Status === 'Enabled' && 'versions of its objects',
    ...Object.entries(PublicAccessBlockConfiguration).map(([name, isOn]) => isOn === true && `the block ${name}`),
    ...(OwnershipControls?.Rules ?? []).map(({ ObjectOwnership }) => `objects of ${ObjectOwnership}`),
    Type === 'AWS::KMS::Key' && (properties.Enabled ?? true) === true && 'a key that is enabled',
  ].filter((one) => typeof one === 'string');
}

function deletionsOf({ Properties }: Resource): string[] {
  const { TimeToLiveSpecification: ttl, LifecycleConfiguration: lifecycle }: Known = Properties;
  return [
    ...(ttl && ttl.Enabled !== false ? [`items by their attribute ${JSON.stringify(ttl.AttributeName)}`] : []),
    ...(lifecycle?.Rules ?? [])
      .filter((rule) => Object.keys(rule).some((key) => !HARMLESS.includes(key)) && !isOfStaged(rule))
      .map((rule) => `objects by the rule ${JSON.stringify(rule)}`),
  ];
}

/** Uploaded files that no version has are meant to go; of the others there are copies. */
const isOfStaged = (rule: { readonly Prefix?: unknown }): boolean => rule.Prefix === STAGED_PREFIX;

/** Of a rule for the lifecycle of objects: which ones, and that uploads are not waited for for ever. */
const HARMLESS = ['Id', 'Status', 'Prefix', 'Filter', 'AbortIncompleteMultipartUpload'];

interface Known {
  readonly DeletionProtectionEnabled?: unknown;
  readonly PointInTimeRecoverySpecification?: { readonly PointInTimeRecoveryEnabled?: unknown };
  readonly StreamSpecification?: { readonly StreamViewType?: unknown };
  readonly TimeToLiveSpecification?: { readonly AttributeName?: unknown; readonly Enabled?: unknown };
  readonly VersioningConfiguration?: { readonly Status?: unknown };
  readonly PublicAccessBlockConfiguration?: Readonly<Record<string, unknown>>;
  readonly OwnershipControls?: { readonly Rules: readonly { readonly ObjectOwnership?: unknown }[] };
  readonly LifecycleConfiguration?: { readonly Rules: readonly object[] };
  readonly Enabled?: unknown;
}
