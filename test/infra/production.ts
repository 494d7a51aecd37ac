import type { Stage } from '../../infra/config/config.ts';
import { stage } from '../../infra/config/prod.ts';

/** An account, and an organization, whose members may call. */
export const CONFIGURED = '222233334444';
export const ORGANIZATION = 'o-abcdefghij';

/** Production as somebody may have filled it in, with callers from elsewhere. */
export const production: Stage = {
  ...stage,
  deploymentAdmins: ['aws:111122223333:role/Platform'],
  callers: { accounts: [CONFIGURED], organization: ORGANIZATION },
};
