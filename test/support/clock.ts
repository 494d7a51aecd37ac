/** A clock that runs as the machine's does, from wherever a test puts it. */
export interface Clock {
  readonly now: () => Date;
  /** It is this time now, and goes on from there. */
  set(time: Date): void;
  advance(milliseconds: number): void;
}

export function aClock(): Clock {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    set: (time) => {
      ahead = time.getTime() - Date.now();
    },
    advance: (milliseconds) => {
      ahead += milliseconds;
    },
  };
}
