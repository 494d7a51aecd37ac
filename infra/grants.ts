import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Need } from '../shared/contract/operation.ts';
import type { Index } from '../shared/store/table.ts';
import type { Storage } from './storage.ts';

/** What a function may do because of one need of its row: single actions, on what the registry owns. */
export const grantsOf = (need: Need, { table, artifacts }: Storage): PolicyStatement[] => {
  const objects = artifacts.arnForObjects('t/*');
  const statements: Readonly<Record<Need, readonly (readonly [readonly string[], readonly string[]])[]>> = {
    'table:read': [
      [
        ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
        [table.tableArn, ...LISTING_INDEXES.map((index) => `${table.tableArn}/index/${index}`)],
      ],
    ],
    'table:write': [[['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem'], [table.tableArn]]],
    'artifacts:read': [
      [['s3:GetObject'], [objects]],
      // Without it, S3 answers 403 in place of 404 for what is not there.
      [['s3:ListBucket'], [artifacts.bucketArn]],
    ],
    'artifacts:write': [
      [['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'], [objects]],
      [['s3:ListBucketMultipartUploads'], [artifacts.bucketArn]],
      // Whose files they are, and what is proved of them, is noted in any number and outside of transactions.
      [['dynamodb:BatchWriteItem'], [table.tableArn]],
    ],
  };
  return statements[need].map(
    ([actions, resources]) => new PolicyStatement({ actions: [...actions], resources: [...resources] }),
  );
};

/** The index `due` crosses tenants: it is for what runs on a schedule. */
const LISTING_INDEXES = ['gsi1', 'gsi2'] as const satisfies readonly Index[];
