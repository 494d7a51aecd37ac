import { linesOfLog } from '../shared/audit/lines.ts';
import { query } from '../shared/http/endpoint.ts';
import { lambda } from '../shared/http/lambda.ts';

export const exportCheckpoints = query('exportCheckpoints', async (_, { store, caller }) =>
  linesOfLog(store, caller.tenant),
);

export const handler = lambda(exportCheckpoints);
