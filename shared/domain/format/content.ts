import type { Cursor, Source } from './cursor.ts';
import type { Effort } from './effort.ts';
import type { Format, ProblemList } from './finding.ts';

/** One file, or one inside of another. */
export interface Content {
  readonly name: string;
  /** How many bytes it has, where that is known before they are read. */
  readonly bytes?: number;
  readonly cursor: Cursor;
  /** Where it can be read anywhere. */
  readonly source?: Source;
  /** In how many others it is. */
  readonly depth: number;
  /** The bytes of a tensor, which begin with anything. */
  readonly raw?: boolean;
}

/** What a look takes and gives. */
export interface Look {
  readonly problems: ProblemList;
  readonly effort: Effort;
  /** Looks at what is inside of something. */
  readonly into: (content: Content) => Promise<Format>;
}
