import type { OperationName } from '../shared/contract/operations.ts';

/** What a field means to whoever types it, where its name does not say it all. */
const HELP: Readonly<Record<string, string>> = {
  'createTenant.name': 'what people call it',
  admin: 'its first admin, as principal or ARN; by default whoever calls',
  principal: 'aws:111122223333:role/Deployer, or an IAM ARN',
  roles: 'reader, publisher, reviewer, releaser, admin; each on models whose names fit a pattern',
  policy: 'the policy document',
  model: 'the name of the model',
  modelId: 'the id of a model, for one that is deleted',
  version: 'the number of the version',
  reference: '3, @champion, staging or production',
  alias: 'a movable name for a version',
  description: 'text for people',
  tags: 'what is noted about it',
  metrics: 'measured numbers',
  prefix: 'names that begin so',
  contains: 'names that have this in them, upper or lower case',
  tag: 'those that have this tag, or name=value',
  tagValue: 'and this value of it',
  order: 'which way round',
  limit: 'at most so many on a page',
  cursor: 'the cursor of the page before',
  force: 'although versions are in use: admins only, with a reason',
  reason: 'why: it is kept in the history',
  files: 'path, bytes and SHA-256 of each file; `signet push` finds them out',
  source: 'where the files are, when they are kept elsewhere: s3://bucket/key',
  schema: 'typed input and output columns',
  lineage: 'run, code and data sets that it came from',
  dependsOn: 'versions that it needs',
  stage: 'the stage',
  archiveFormer: 'leave what is in production there (open lifecycle only)',
  steps: 'how many production versions back',
  'rollbackModel.version': 'which version that was in production once, instead of so many steps',
  dryRun: 'say what would happen, and change nothing',
  at: 'only who held it at this time',
  from: 'not before this time',
  to: 'not after this time',
  'renameModel.to': 'the new name',
};

/** What a field of an operation means, where more is to be said than its name does. */
export const helpOf = (operation: OperationName, field: string): string | undefined =>
  HELP[`${operation}.${field}`] ?? HELP[field];
