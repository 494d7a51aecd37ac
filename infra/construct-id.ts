import type { OperationName } from '../shared/contract/operations.ts';

/** `promoteVersion` as constructs spell it: `PromoteVersion`. */
export const constructId = (name: OperationName): string => name.charAt(0).toUpperCase() + name.slice(1);
