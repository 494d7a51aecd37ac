import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Stage } from './config.ts';

/** The stack that `npm run test:deployed` brings up and takes down. */
export const stage: Stage = {
  stackName: 'SignetTest',
  account: '000000000000',
  region: 'us-east-1',
  deploymentAdmins: ['arn:aws:iam::000000000000:user/deployment-admin'],
  callers: { accounts: ['222233334444'], organization: 'o-signettest0' },
  throttle: { requestsPerSecond: 1_000, burst: 2_000 },
  // A test changes members and calls at once.
  membershipSeconds: 0,
  logRetention: RetentionDays.ONE_DAY,
  checkpointDays: 1,
  alarmEmails: ['operator@example.com'],
  isEmulated: true,
  // Where a receiver of the tests listens.
  trustedOrigins: ['http://127.0.0.1:9977'],
};
