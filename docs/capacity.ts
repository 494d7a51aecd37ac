import type { OperationName } from '../shared/contract/operations.ts';

/**
 * What one call of an operation asks of the table: calls that wait for one another, and DynamoDB's read and write units,
 * for a caller who is known already, and things of an ordinary size. test/http/costs.test.ts measures that it is so.
 */
export const CAPACITY: Readonly<
  Record<OperationName, readonly [roundTrips: number, readUnits: number, writeUnits: number]>
> = {
  createTenant: [2, 1, 9],
  getTenant: [1, 1, 0],
  putMember: [2, 2, 9],
  removeMember: [2, 2, 9],
  listMembers: [1, 0.5, 0],
  whoAmI: [0, 0, 0],
  getPolicy: [2, 1, 0],
  putPolicy: [3, 1, 8],
  createModel: [2, 1, 8],
  getModel: [1, 1, 0],
  listModels: [1, 1, 0],
  updateModel: [2, 1, 6],
  renameModel: [2, 2, 8],
  deleteModel: [2, 1, 8],
  registerVersion: [2, 1, 9],
  completeVersion: [4, 2, 9],
  getVersion: [2, 2, 0],
  listVersions: [2, 2, 0],
  updateVersion: [3, 2, 9],
  deleteVersion: [3, 2, 9],
  getDownload: [2, 2, 0],
  resolveVersion: [2, 2, 0],
  promoteVersion: [3, 2, 12],
  archiveVersion: [3, 2, 12],
  rollbackModel: [3, 3, 16],
  setAlias: [3, 2, 10],
  deleteAlias: [2, 1, 8],
  getStageHistory: [2, 2, 0],
  getSchema: [2, 2, 0],
  checkServing: [2, 2, 0],
  compareSchemas: [2, 3, 0],
  listEvents: [2, 2, 0],
  exportEvents: [2, 2, 0],
};
