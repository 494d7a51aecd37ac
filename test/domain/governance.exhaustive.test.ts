import { expect, it } from 'vitest';
import { approvalStateAt, subjectOf } from '../../shared/domain/approval.ts';
import { Failure } from '../../shared/errors.ts';
import { AT, anOccasion } from '../support/builders.ts';
import { decide } from './actions.ts';
import { Ledger } from './governance-rules.ts';
import { type Deed, govern, person, policiesOf } from './governing.ts';
import { RULES } from './rules.ts';
import { approvalsOf, aWorld, committed, eventsOf, modelOf, versionsOf, type World } from './world.ts';

const VERSIONS = [1, 2, 3];
const DEPTH = 6;
const REQUIRED = 2;
const now = new Date(anOccasion().now);

/** What one version is enough for: what nobody may do, what ends a request, and a policy. */
const OF_ONE: readonly Deed[] = [
  { do: 'approve', by: 'Ann', version: 1 },
  { do: 'request', by: 'Cleo', version: 1 },
  { do: 'reject', by: 'Bea', version: 1 },
  { do: 'withdraw', by: 'Ann', version: 1 },
  { do: 'policy', by: 'Ann', version: 1, turn: 1 },
];

/**
 * Request by who registered the version and by an approver, votes of each of two approvers and of who
 * registered it, a vote against, withdrawal, edit of the card, edit of the policy, promotion.
 */
const DEEDS: readonly Deed[] = VERSIONS.flatMap((version): Deed[] => [
  { do: 'request', by: 'Ann', version },
  { do: 'approve', by: 'Bea', version },
  { do: 'approve', by: 'Cleo', version },
  { do: 'card', by: 'Ann', version, turn: 0 },
  ...(version === 1 ? OF_ONE : []),
  { do: 'promote', by: 'Dan', version },
]);

/** Three versions in staging that Ann registered, of a model that demands two votes. */
function begun(): World {
  const occasion = anOccasion({ now: AT, by: person('Ann') });
  const registered = VERSIONS.reduce(
    (world, number) => committed(world, decide(world, { do: 'registerExternal', number }, occasion)),
    aWorld('governed', occasion),
  );
  const first: Deed[] = [
    { do: 'policy', by: 'Ann', version: 1, turn: 0 },
    ...VERSIONS.map((version): Deed => ({ do: 'stage', by: 'Ann', version })),
  ];
  return first.reduce((world, deed) => committed(world, govern(world, deed, '', REQUIRED, occasion)), registered);
}

/** What tells two worlds apart as far as approvals are concerned: not when, and not how often. */
function situation(world: World): string {
  const policies = policiesOf(world, modelOf(world));
  const versions = versionsOf(world).map((version) => {
    const current = subjectOf(version, 'production', policies);
    const approvals = approvalsOf(world, version.number).map((one) => [
      approvalStateAt(one, version, current, now),
      one.votes.map(({ actor }) => actor.principal).sort(),
    ]);
    return [version.stage, version.evidence.card?.digest, approvals];
  });
  return JSON.stringify([versions, policies.ofModel?.document]);
}

function next(world: World, deed: Deed, step: number): World {
  try {
    const id = String(step).padStart(26, '0');
    return committed(world, govern(world, deed, id, REQUIRED, anOccasion({ by: person(deed.by) })));
  } catch (error) {
    if (error instanceof Failure) return world;
    throw error;
  }
}

it(`rules 1 to 7 and 9 hold for three versions, two approvers, and all that ${DEPTH} of their actions can do`, {
  timeout: 240_000,
}, () => {
  // What was cast on the way to a situation goes with it.
  const first = begun();
  const seen = new Set([situation(first)]);
  let edge: { readonly world: World; readonly past: readonly World[] }[] = [{ world: first, past: [first] }];
  let [steps, promotions] = [0, 0];
  for (let depth = 0; depth < DEPTH; depth += 1) {
    const reached: typeof edge = [];
    for (const { world, past } of edge) {
      for (const deed of DEEDS) {
        const after = next(world, deed, depth + 1);
        if (after === world) continue;
        steps += 1;
        const isPromotion = modelOf(after).production.length > 0 && eventsOf(after).at(-1)?.type === 'version.promoted';
        if (isPromotion) promotions += followed([...past, after]);
        const isNew = !seen.has(situation(after));
        for (const [name, check] of Object.entries(RULES))
          if (isNew || /^rule 5|exactly one event/.test(name)) check({ before: world, after });
        if (!isNew) continue;
        seen.add(situation(after));
        reached.push({ world: after, past: [...past, after] });
      }
    }
    edge = reached;
  }
  console.log(`${DEPTH} actions on 3 versions by 2 approvers: ${seen.size} situations, ${steps} steps between them`);
  expect(seen.size).toBeGreaterThan(1_000);
  expect(promotions).toBeGreaterThan(2);
});

/** How many promotions there were on a way, once each is shown to have had what it needs. */
function followed(worlds: readonly World[]): number {
  const ledger = new Ledger();
  const [before, ...rest] = worlds;
  rest.reduce((from, to) => {
    ledger.follow(from, to, REQUIRED);
    return to;
  }, before ?? new Map());
  return ledger.promotions;
}
