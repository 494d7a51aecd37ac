import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { exposuresBetween } from './protections.ts';

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Condition?: string;
}

/** What has data in it, or is needed to read some. */
const KINDS = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::KMS::Key'];

/** The part of a template that nobody may lose by an upgrade. */
export const storageOf = ({ Resources }: Template): Template => ({
  Resources: Object.fromEntries(
    Object.entries(Resources)
      .filter(([, { Type }]) => KINDS.includes(Type))
      .map(([id, { Type, DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete', Properties }]) => [
        id,
        { Type, DeletionPolicy, UpdateReplacePolicy, Properties },
      ]),
  ),
});

/** What a stack would lose that goes from the released template to the next one: a line for each. */
export function lossesBetween(released: Template, next: Template): string[] {
  const { resources } = fullDiff(storageOf(released), storageOf(next));
  return Object.entries(released.Resources).flatMap(([id, before]) => {
    const after = next.Resources[id];
    if (!after) return [`${id}: the ${before.Type} is gone`];
    const replacing = Object.entries(resources.changes[id]?.propertyUpdates ?? {}).filter(([, { changeImpact }]) =>
      REPLACING.includes(changeImpact ?? ResourceImpact.NO_CHANGE),
    );
    return [
      ...(after.Type === before.Type ? [] : [`${id}: the ${before.Type} is replaced by a ${after.Type}`]),
      ...replacing.map(([property]) => `${id}: ${property} changed, which replaces the ${before.Type}`),
      ...POLICIES.filter((policy) => before[policy] === 'Retain' && after[policy] !== 'Retain').map(
        (policy) => `${id}: its ${policy} is no longer Retain`,
      ),
      ...partsOf(before)
        .filter((part) => !partsOf(after).includes(part))
        .map((part) => `${id}: no longer has the same ${part}`),
      ...exposuresBetween(before, after).map((exposure) => `${id}: ${exposure}`),
    ];
  });
}

const REPLACING = [ResourceImpact.WILL_REPLACE, ResourceImpact.MAY_REPLACE];
const POLICIES = ['DeletionPolicy', 'UpdateReplacePolicy'] as const;

/**
 * What CloudFormation can change in place, and at the price of what it holds: an index, the type of a key. The kind of a
 * KMS key it refuses to change, in the middle of the upgrade.
 */
function partsOf({ Properties }: Resource): string[] {
  const { GlobalSecondaryIndexes = [], AttributeDefinitions = [], KeySpec, KeyUsage } = Properties as Parts;
  return [
    ...GlobalSecondaryIndexes.map((index) => `index ${index.IndexName} ${JSON.stringify(index)}`),
    ...AttributeDefinitions.map(({ AttributeName, AttributeType }) => `attribute ${AttributeName} of ${AttributeType}`),
    ...(KeySpec === undefined ? [] : [`key of ${KeySpec} for ${KeyUsage}`]),
  ];
}

interface Parts {
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string }[];
  readonly AttributeDefinitions?: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly KeySpec?: string;
  readonly KeyUsage?: string;
}
