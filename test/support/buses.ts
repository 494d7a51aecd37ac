import { aName } from './names.ts';

/** A bus in an account that is not the registry's. */
export const aBus = () => `arn:aws:events:eu-west-1:444455556666:event-bus/${aName('bus')}`;
