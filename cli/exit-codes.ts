/** How the command line ends, for scripts: every exit code, and what it means. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: 'Done.' },
  refused: { code: 1, meaning: 'The registry refused by its rules, or would (`explain`), or a verification failed.' },
  usage: { code: 2, meaning: 'The command or its input is wrong. Nothing was done.' },
  forbidden: { code: 3, meaning: 'The caller is not authenticated, or lacks the role.' },
  absent: { code: 4, meaning: 'There is no such thing.' },
  conflict: { code: 5, meaning: 'It is there already, or it changed since it was read: look again, then repeat.' },
  unavailable: { code: 6, meaning: 'The registry cannot be reached, or cannot answer now. Repeat later.' },
  local: { code: 7, meaning: 'A file of this machine cannot be read or written.' },
  bug: { code: 70, meaning: 'signet itself failed. Please report it.' },
  interrupted: { code: 130, meaning: 'Interrupted. The same command goes on where it was.' },
} as const satisfies Record<string, { code: number; meaning: string }>;

export type Ending = keyof typeof EXIT_CODES;

/** The endings as lines for people: code, then meaning. */
export const exitCodeLines = (): string[] =>
  Object.values(EXIT_CODES).map(({ code, meaning }) => `${String(code).padStart(3)}  ${meaning}`);

/** Refusals that say that something is there already, or was changed by others: the state is to be read again. */
const CONFLICTS = new Set([
  'tenant.exists',
  'model.exists',
  'version.duplicate',
  'approval.exists',
  'precondition.failed',
  'idempotency.reused',
  'write.conflict',
]);

/** How the command line ends when the registry answers with this problem. */
export function endingOf({ status, code }: { readonly status: number; readonly code: string }): Ending {
  if (CONFLICTS.has(code)) return 'conflict';
  if (status === 401 || status === 403) return 'forbidden';
  if (status === 404) return 'absent';
  if (status === 429 || status >= 500) return 'unavailable';
  return status === 409 || status === 410 || status === 412 || status === 422 ? 'refused' : 'usage';
}
