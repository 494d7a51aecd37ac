import { expect } from 'vitest';
import type { Event } from '../../shared/domain/event.ts';
import { policiesOf } from './governing.ts';
import { eventsOf, modelOf, versionsOf, type World } from './world.ts';

/** What a vote was about, in words that have nothing to do with how the registry keeps it. */
const seenIn = (world: World, number: number | undefined): string => {
  const version = versionsOf(world).find((one) => one.number === number);
  const { ofTenant, ofModel } = policiesOf(world, modelOf(world));
  const { artifact, source, schema, metrics, needs, evidence } = version ?? {};
  const { card, checks, evaluations } = evidence ?? {};
  return JSON.stringify([
    artifact,
    source,
    schema,
    metrics,
    needs,
    card?.digest,
    checks,
    evaluations,
    ofTenant?.revision,
    ofModel?.revision,
  ]);
};

interface Cast {
  readonly voter: string;
  readonly decision: unknown;
  readonly seen: string;
}

/** Who asked, what was cast on each approval, and what whoever cast it saw: kept by the test, beside the registry. */
export class Ledger {
  readonly #asked = new Map<string, string>();
  readonly #cast = new Map<string, Cast[]>();
  promotions = 0;

  /** Takes down what a step did, and demands of a promotion that everything it needed was there and still held. */
  follow(before: World, after: World, required: number): void {
    const event = eventsOf(after).slice(eventsOf(before).length)[0];
    if (!event) return;
    const id = String(event.data['approval']);
    if (event.type === 'approval.requested') this.#asked.set(id, event.actor.principal);
    if (event.type === 'approval.voted') this.#voted(id, event, before);
    if (event.type === 'version.promoted' && event.data['to'] === 'production')
      this.#promoted(id, event, before, required);
  }

  #voted(id: string, { actor, version, data }: Event, before: World): void {
    const cast = { voter: actor.principal, decision: data['decision'], seen: seenIn(before, version) };
    this.#cast.set(id, [...(this.#cast.get(id) ?? []), cast]);
  }

  #promoted(id: string, { version }: Event, before: World, required: number): void {
    this.promotions += 1;
    const votes = this.#cast.get(id) ?? [];
    const registrant = versionsOf(before).find(({ number }) => number === version)?.registeredBy.principal;
    const now = seenIn(before, version);

    expect(
      votes.filter(({ decision }) => decision !== 'approve'),
      'no vote against',
    ).toEqual([]);
    expect(
      votes.filter(({ seen }) => seen !== now),
      'rule 6: no vote on anything else',
    ).toEqual([]);
    const voters = new Set(votes.map(({ voter }) => voter));
    expect(voters.size, 'rule 6: as many people as are demanded').toBeGreaterThanOrEqual(required);
    expect(voters.has(registrant ?? ''), 'rule 7: not who registered it').toBe(false);
    expect(voters.has(this.#asked.get(id) ?? ''), 'rule 7: not who asked').toBe(false);
  }
}
