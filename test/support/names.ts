import { randomBytes } from 'node:crypto';

/** A name that no other test uses. */
export const aName = (prefix: string): string => `${prefix}-${randomBytes(6).toString('hex')}`;
