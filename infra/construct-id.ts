import type { RowName } from './bundles.ts';

/** `promoteVersion` as constructs spell it: `PromoteVersion`. */
export const constructId = (name: RowName): string => name.charAt(0).toUpperCase() + name.slice(1);
