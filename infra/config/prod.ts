import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Stage } from './config.ts';

/** The registry that people rely on. Fill in where it is to be (`account`, `region`), and who looks after it. */
export const stage: Stage = {
  stackName: 'Signet',
  deploymentAdmins: [],
  callers: { accounts: [] },
  throttle: { requestsPerSecond: 200, burst: 400 },
  membershipSeconds: 60,
  logRetention: RetentionDays.THREE_MONTHS,
  alarmEmails: [],
};
