import type { Cast } from './cast.ts';
import type { Narrator } from './narrate.ts';

/** What every chapter plays in. */
export interface Scene extends Narrator, Cast {
  /** The name of the model in the registry. */
  readonly model: string;
  /** Where the commands run. */
  readonly directory: string;
}
