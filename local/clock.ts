/** A clock that can be put forward, and never back. */
export interface Clock {
  readonly now: () => Date;
  readonly forward: (milliseconds: number) => void;
}

/** It runs as another one does, from wherever it was put. */
export function movableClock(now: () => Date): Clock {
  let ahead = 0;
  return {
    now: () => new Date(now().getTime() + ahead),
    forward: (milliseconds) => {
      ahead += milliseconds;
    },
  };
}
