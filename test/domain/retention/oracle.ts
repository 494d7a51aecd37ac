import { DAY_MS } from '../../../shared/domain/day.ts';
import { merged } from '../../../shared/domain/policy-document.ts';
import type { Reign } from '../../../shared/domain/retention/stability.ts';
import { type History, type Intent, modelIn, policyIn, tenantIn, versionIn } from './century.ts';

/** What rule 12 and its neighbours forbid about an intent that is being carried out, said once more and in another way. */
export function violationsOf(history: History, { change, kind, number }: Intent): string[] {
  const { world, reigns, needed, copied } = history;
  const head = 'replace' in change.head ? change.head.replace : change.head.create;
  const at = Date.parse(head.lastAt);
  const version = versionIn(world, number);
  const model = modelIn(world);
  const { artifactHoldDays, productionStableDays, stagingDays } = merged(policyIn(world).document).retention;
  const age = (moment: string | undefined) => (at - Date.parse(moment ?? version.updatedAt)) / DAY_MS;
  const found: [boolean, string][] = [
    [tenantIn(world).holds.some((hold) => hold.version === undefined || hold.version === number), 'under a hold'],
    [model.production.some((one) => one === number), 'in production'],
    [needed.has(number), 'an active version needs it'],
    [kind === 'erase' && copied.has(number), 'another version is a copy of it'],
  ];
  if (kind === 'archive') {
    found.push(
      [version.stage !== 'staging', 'not in staging'],
      [age(version.stageAt) < stagingDays, 'not long enough'],
    );
  }
  if (kind === 'abandon') {
    found.push([version.state !== 'uploading', 'no upload'], [age(version.createdAt) < 7, 'uploads have a week']);
  }
  if (kind === 'erase') {
    found.push([version.state === 'uploading', 'still uploaded'], [version.erased !== undefined, 'erased before']);
    if (version.state === 'complete') {
      found.push(
        [version.stage !== 'archived', `in ${version.stage}`],
        [Object.values(model.aliases).includes(number as never), 'has an alias'],
        [age(version.stageAt) < artifactHoldDays, 'inside its regulatory retention'],
      );
    } else found.push([age(version.updatedAt) < 7, 'given up lately']);
    if (version.releasedAt !== undefined) {
      const left = Date.parse(version.stageAt ?? '');
      found.push(
        [version.stage === 'archived' && age(version.stageAt) < artifactHoldDays, 'inside its regulatory retention'],
        [longest(reigns, number, left, at) < productionStableDays * DAY_MS, 'its replacement is not stable'],
      );
    }
  }
  return found.flatMap(([isSo, what]) => (isSo ? [`${kind} of ${number}: ${what}`] : []));
}

/** The longest time that another version was in production without interruption, between two moments. */
function longest(reigns: readonly Reign[], number: number, from: number, to: number): number {
  let best = -1;
  for (const other of new Set(reigns.flatMap(({ versions }) => versions))) {
    if (other === number) continue;
    for (const [first, { versions }] of reigns.entries()) {
      if (!versions.includes(other)) continue;
      let last = first;
      while (reigns[last + 1]?.versions.includes(other)) last += 1;
      const begin = Math.max(from, Date.parse(reigns[first]?.at ?? ''));
      const end = Math.min(to, reigns[last + 1] ? Date.parse(reigns[last + 1]?.at ?? '') : to);
      best = Math.max(best, end - begin);
    }
  }
  return best;
}
