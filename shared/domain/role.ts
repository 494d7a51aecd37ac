import * as z from 'zod/mini';
import { inNfc, line, type ModelName } from './names.ts';

/**
 * What a member may do. Roles have no rank: whoever is to do two things gets two roles. Each includes reading.
 *
 * | role        | may                                        |
 * | ----------- | ------------------------------------------ |
 * | `reader`    | read                                       |
 * | `publisher` | create models, register versions, describe |
 * | `reviewer`  | vote, record checks                        |
 * | `releaser`  | promote, archive, roll back, set aliases   |
 * | `admin`     | members, policies, holds, force            |
 */
export const Role = z.enum(['reader', 'publisher', 'reviewer', 'releaser', 'admin']);
export type Role = z.output<typeof Role>;

/** The roles that may vote. Which of them count is for the policy to say. */
export const VOTING_ROLES = ['reviewer', 'publisher', 'releaser', 'admin'] as const satisfies Role[];

export const isVoting = (role: Role): boolean => VOTING_ROLES.some((one) => one === role);

/** Names of models: `*` stands for any characters, everything else for itself. */
export const ModelPattern = line(250).check(inNfc);

/** A role on the models whose names fit a pattern. */
export const Grant = z.strictObject({ role: Role, models: z._default(ModelPattern, '*') });
export type Grant = z.output<typeof Grant>;

/** Whether a name fits a pattern. Compared piece by piece, so that no pattern can make it slow. */
export function fits(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;

  let from = first.length;
  for (const piece of rest) {
    const at = name.indexOf(piece, from);
    if (at < 0 || at + piece.length > name.length - last.length) return false;
    from = at + piece.length;
  }
  return true;
}

/**
 * Whether grants include one of these roles on a model. Without a model, what is asked for is about the whole
 * tenant, and only a role on `*` counts.
 */
export const includes = (grants: readonly Grant[], roles: readonly Role[], model?: ModelName): boolean =>
  grants.some(
    ({ role, models }) =>
      (roles.includes(role) || roles.includes('reader')) &&
      (model === undefined ? models === '*' : fits(models, model)),
  );
