import { Failure } from '../../errors.ts';
import type { Caller } from '../../http/caller.ts';

/** Whoever uploads is somebody who registers: of which model, is known later. @throws Failure `caller.forbidden` */
export function requirePublisher({ roles }: Pick<Caller, 'roles'>): void {
  if (roles.some(({ role }) => role === 'publisher')) return;
  throw new Failure('caller.forbidden', 'This needs the role publisher on any model.');
}
