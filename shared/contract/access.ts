import * as z from 'zod/mini';
import type { Operation } from './operation.ts';

/** Who may call an operation, as a sentence goes on after “for”. */
export function whoMay({ access, input }: Pick<Operation, 'access' | 'input'>): string {
  if (access === 'authenticated') return 'everyone whose identity is proved';
  if (access === 'deployment-admin') return 'admins of the deployment';
  if (access.anywhere) return 'members with any role on any model';
  // Every role includes reading.
  const role = access.roles.includes('reader') ? 'any role' : `the role ${access.roles.join(' or ')}`;
  return `members with ${role} on ${whereOf(input)}${alsoOf(access.also)}`;
}

function alsoOf(also: Extract<Operation['access'], object>['also']): string {
  if (!also) return '';
  return 'on' in also
    ? ` and on the one that \`${also.on}\` names`
    : `; for \`${also.where}\`, ${also.roles.join(' or ')}`;
}

function whereOf(input: Operation['input']): string {
  const model = input.shape['model'];
  if (!model) return 'all models (`*`)';
  return z.safeParse(model, undefined).success ? 'the model, or on all models (`*`) where none is named' : 'the model';
}
