import { type Action, type Outcome, type State, step } from './specification.ts';

/** An action of a history: when it was begun and answered, in turns, and what its caller was told. */
export interface Done {
  readonly action: Action;
  readonly by: string;
  readonly begun: number;
  /** Infinite where nobody knows whether it was done: it may have been at any time since, or never. */
  readonly ended: number;
  readonly answer: string | undefined;
}

/**
 * Whether the actions of one model can be put into an order that explains every answer: each takes place at one moment
 * between its begin and its end (Wing and Gong's search, with Lowe's memory of where it has been). Answers the longest
 * order that it found if there is none for all.
 */
export function linearized(start: State, history: readonly Done[], isVoted: boolean): true | readonly Done[] {
  const all = history.toSorted((one, other) => one.begun - other.begun);
  const seen = new Set<string>();
  let longest: readonly Done[] = [];

  function search(state: State, order: readonly Done[], left: readonly Done[]): boolean {
    const known = left.filter(({ ended }) => ended !== Number.POSITIVE_INFINITY);
    if (known.length === 0) return true;
    if (order.length > longest.length) longest = order;
    const place = `${left.map((one) => all.indexOf(one))} ${JSON.stringify(state)}`;
    if (seen.has(place)) return false;
    seen.add(place);

    const first = Math.min(...known.map(({ ended }) => ended));
    for (const one of left) {
      if (one.begun > first) break;
      const outcome = step(state, one.action, one.by, isVoted);
      const isExplained = one.answer === undefined ? outcome.state !== state : isAnswer(outcome, one.answer);
      if (
        isExplained &&
        search(
          outcome.state,
          [...order, one],
          left.filter((other) => other !== one),
        )
      )
        return true;
    }
    return false;
  }

  return search(start, [], all) || longest;
}

function isAnswer({ answer: said, or }: Outcome, told: string): boolean {
  if (told === or) return true;
  const [, text, revision] = /^(.*)@(\d+)-$/.exec(said) ?? [];
  if (text === undefined) return said === told;
  return told.startsWith(`${text}@`) && Number(told.slice(text.length + 1)) <= Number(revision);
}
