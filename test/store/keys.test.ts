import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entity } from '../../shared/domain/entity.ts';
import type { Held } from '../../shared/domain/history.ts';
import { Alias, ModelId, ModelName, Sha256, TenantId, VersionNumber } from '../../shared/domain/names.ts';
import { Principal } from '../../shared/domain/principal.ts';
import { WebhookId } from '../../shared/domain/webhook.ts';
import { itemOf, keyOf, keys } from '../../shared/store/keys.ts';

/** What keys are made of, besides the tenant. */
interface Parts {
  readonly principal: Principal;
  readonly id: ModelId;
  readonly name: ModelName;
  readonly alias: Alias;
  readonly number: VersionNumber;
  readonly sha256: Sha256;
  readonly at: Date;
}

const tenantId = fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,30}$/).map((text) => TenantId.parse(text));
const parts: fc.Arbitrary<Parts> = fc.record({
  principal: fc.stringMatching(/^[\w+=,.@-]{1,20}$/).map((name) => Principal.parse(`aws:111122223333:user/${name}`)),
  id: fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/).map((text) => ModelId.parse(text)),
  // Names may hold what separates the parts of a key, and look like one.
  name: fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
      fc.constantFrom('a#b', 'T#acme#MODELS', '#', '~'),
    )
    .filter((text) => ModelName.safeParse(text).success)
    .map((text) => ModelName.parse(text)),
  alias: fc.constantFrom('champion', 'a.b_c-d').map((text) => Alias.parse(text)),
  number: fc.integer({ min: 1, max: 99_999_999 }).map((number) => VersionNumber.parse(number)),
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/).map((text) => Sha256.parse(text)),
  at: fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
});
/** Tenants that differ, and often by no more than what follows the id of the other. */
const twoTenants = fc
  .oneof(
    fc.tuple(tenantId, tenantId),
    fc
      .tuple(tenantId, fc.constantFrom('2', '-2'))
      .map(([one, more]): [TenantId, TenantId] => [one, TenantId.parse(one + more)]),
  )
  .filter(([one, other]) => one !== other);

/** Whether a partition is one of this tenant. */
const isOf = (tenant: TenantId, pk: unknown): boolean =>
  typeof pk === 'string' && (pk === `T#${tenant}` || pk.startsWith(`T#${tenant}#`));

/** What there is of each kind, as far as its keys are concerned. */
const ENTITIES: Readonly<Record<Entity['kind'], (tenant: TenantId, of: Parts) => readonly object[]>> = {
  tenant: (id) => [{ id }],
  member: (tenant, { principal }) => [{ tenant, principal }],
  policy: (tenant, { id }) => [{ tenant }, { tenant, model: id }],
  model: (tenant, { name }) => [{ tenant, name }],
  grave: (tenant, { id }) => [{ tenant, id }],
  name: (tenant, { id, name }) => [{ tenant, model: id, name }],
  approval: (tenant, { id, number, at }) => [
    { tenant, model: id, version: number, id, state: 'pending', requestedAt: at.toISOString() },
  ],
  card: (tenant, { id, number }) => [{ tenant, model: id, version: number, revision: number }],
  check: (tenant, { id, number, name }) => [{ tenant, model: id, version: number, name }],
  evaluation: (tenant, { id, number }) => [{ tenant, model: id, version: number, number }],
  standing: (tenant, { id, number, name }) => [{ tenant, model: id, version: number, dataset: { name } }],
  subscription: (tenant, { id }) => [{ tenant, id }],
  token: (tenant, { id, principal }) => [{ tenant, id, principal }],
  version: (tenant, { id, number }) => [
    { tenant, model: id, number, stage: 'none', state: 'complete' },
    { tenant, model: id, number, stage: 'production', state: 'deleted' },
  ],
  digest: (tenant, { id, sha256 }) => [{ tenant, model: id, digest: sha256 }],
  reference: (tenant, { id, sha256 }) => [{ tenant, model: id, sha256, rootDigest: sha256 }],
  proof: (tenant, { sha256 }) => [{ tenant, sha256 }],
  reading: (tenant, { sha256 }) => [{ tenant, sha256 }],
  staged: (tenant, { principal, name }) => [{ tenant, by: principal, path: name }],
  logged: (tenant, { principal, id }) => [{ tenant, by: principal, loggedModelId: id }],
  received: (tenant, { id, number }) => [{ tenant, list: id, place: number }],
  holding: (tenant, { id, number, alias, at }) => [
    { tenant, model: id, held: { stage: 'production' }, at: at.toISOString(), seq: number },
    { tenant, model: id, held: { alias }, at: at.toISOString(), seq: number },
  ],
  edge: (tenant, { id, number }) => [{ tenant, model: id, version: number, by: { model: id, version: number } }],
  usage: (tenant) => [{ tenant }],
  walkPage: (tenant, { id, number }) => [{ tenant, walk: id, page: number }],
  walkStep: (tenant, { id, number }) => [{ tenant, walk: id, model: id, version: number, page: 0 }],
  webhook: (tenant, { id }) => [{ tenant, id }],
  delivery: (tenant, { id, at }) => [
    { tenant, webhook: id, event: 'evt_0a', at: at.toISOString(), dueAt: at.toISOString() },
  ],
  mark: (tenant, { id, sha256, number }) => [
    { tenant, trait: sha256, model: id },
    { tenant, trait: sha256, model: id, version: number },
  ],
  event: (tenant, { id, name, number, at }) => [
    { tenant, id: 'evt_0a', seq: number, at: at.toISOString() },
    { tenant, id: 'evt_0b', seq: number, at: at.toISOString(), model: { id, name } },
    {
      ...{ tenant, id: 'evt_0c', seq: number + 1, at: at.toISOString(), model: { id, name } },
      ...{ type: 'version.registered', version: number },
    },
  ],
  hold: (tenant, { id }) => [{ tenant, id }],
  look: (tenant, { id, number, at }) => [
    { tenant, at: at.toISOString() },
    { tenant, model: id, at: at.toISOString() },
    { tenant, model: id, version: number, at: at.toISOString() },
  ],
  upkeep: (tenant) => [{ tenant }],
  removal: (tenant, { sha256 }) => [{ tenant, sha256 }],
  log: (tenant) => [{ tenant }],
  logNode: (tenant, { id, number }) => [
    { tenant, level: 3, index: number },
    { tenant, level: 0, index: number, entry: { type: 'chain', tenant, index: number, seq: number } },
    { tenant, level: 0, index: number + 1, entry: { type: 'chain', tenant, index: number, seq: number, model: id } },
  ],
  checkpoint: (tenant, { number }) => [{ tenant, number }],
  reply: (tenant, { sha256 }) => [{ tenant, key: sha256 }],
};
const entitiesOf = (tenant: TenantId, of: Parts): Entity[] =>
  Object.entries(ENTITIES).flatMap(([kind, make]) => make(tenant, of).map((one) => ({ kind, ...one }) as Entity));

/** The partitions that each function of `keys` names, but for what is within a partition. */
const PARTITIONS: Readonly<Record<keyof typeof keys, 'within' | ((tenant: TenantId, of: Parts) => readonly string[])>> =
  {
    memberships: 'within',
    member: 'within',
    members: (tenant) => [keys.members(tenant)],
    tenant: (tenant) => [keys.tenant(tenant).pk],
    policy: (tenant, { id }) => [
      keys.policy({ kind: 'policy', tenant }).pk,
      keys.policy({ kind: 'policy', tenant, model: id }).pk,
    ],
    subscriptions: (tenant) => [keys.subscriptions(tenant)],
    subscription: (tenant, { id }) => [keys.subscription(tenant, id).pk],
    tokens: (tenant) => [keys.tokens(tenant)],
    tokensOf: (tenant, { principal }) => [keys.tokensOf(tenant, principal)],
    token: (tenant, { id }) => [keys.token(tenant, id as never).pk],
    models: (tenant) => [keys.models(tenant)],
    modelPrefix: 'within',
    model: (tenant, { name }) => [keys.model(tenant, name).pk],
    graves: (tenant) => [keys.graves(tenant)],
    grave: (tenant, { id }) => [keys.grave(tenant, id).pk],
    name: (tenant, { id }) => [keys.name(tenant, id).pk],
    history: (tenant, { id }) => [keys.history(tenant), keys.history(tenant, id)],
    version: (tenant, { id, number }) => [keys.version(tenant, id, number).pk],
    stage: (tenant, { id }) => [keys.stage(tenant, id, 'production')],
    approvals: 'within',
    approval: (tenant, { id, number }) => [keys.approval(tenant, id, number, id as never).pk],
    inbox: (tenant) => [keys.inbox(tenant)],
    card: (tenant, { id, number }) => [keys.card(tenant, id, number, number).pk],
    checks: 'within',
    check: (tenant, { id, number, name }) => [keys.check(tenant, id, number, name).pk],
    evaluations: 'within',
    evaluation: (tenant, { id, number }) => [keys.evaluation(tenant, id, number, number).pk],
    standings: 'within',
    standing: (tenant, { id, number, name }) => [keys.standing(tenant, id, number, name).pk],
    edges: 'within',
    edge: (tenant, { id, number }) => [
      keys.edge(tenant, { model: id, version: number }, { model: id, version: number }).pk,
    ],
    usage: (tenant) => [keys.usage(tenant).pk],
    walk: (tenant, { id }) => [keys.walk(tenant, id)],
    walkPage: (tenant, { id, number }) => [keys.walkPage(tenant, id, number).pk],
    walkStep: (tenant, { id, number }) => [keys.walkStep(tenant, id, { model: id, version: number }).pk],
    webhooks: (tenant) => [keys.webhooks(tenant)],
    webhook: (tenant, { id }) => [keys.webhook(tenant, WebhookId.parse(id)).pk],
    deliveries: (tenant, { id }) => [keys.deliveries(tenant, WebhookId.parse(id))],
    delivery: (tenant, { id }) => [keys.delivery(tenant, WebhookId.parse(id), 'evt_0a').pk],
    trait: (tenant, { sha256 }) => [keys.trait(tenant, sha256)],
    digest: (tenant, { id, sha256 }) => [keys.digest(tenant, id, sha256).pk],
    holdings: 'within',
    holdingAt: 'within',
    event: (tenant, { id, number }) => [keys.event(tenant, undefined, number).pk, keys.event(tenant, id, number).pk],
    events: (tenant) => [keys.events(tenant)],
    numbered: (tenant, { number }) => [keys.numbered(tenant, number)],
    ofLog: (tenant) => [keys.ofLog(tenant)],
    log: (tenant) => [keys.log(tenant).pk],
    logNode: (tenant, { number }) => [keys.logNode(tenant, { level: 0, index: number }).pk],
    marks: (tenant, { id }) => [keys.marks(tenant, undefined), keys.marks(tenant, id)],
    mark: 'within',
    checkpoint: (tenant, { number }) => [keys.checkpoint(tenant, number).pk],
    proof: (tenant, { sha256 }) => [keys.proof(tenant, sha256).pk],
    objects: (tenant, { sha256 }) => [keys.objects(tenant, sha256)],
    removal: (tenant, { sha256 }) => [keys.removal(tenant, sha256).pk],
    stagedBy: (tenant, { principal }) => [keys.stagedBy(tenant, principal)],
    stagedBelow: 'within',
    staged: (tenant, { principal, name }) => [keys.staged(tenant, principal, name).pk],
    logged: (tenant, { principal, id }) => [keys.logged(tenant, principal, id).pk],
    received: (tenant, { id }) => [keys.received(tenant, id)],
    holds: (tenant) => [keys.holds(tenant)],
    hold: (tenant, { id }) => [keys.hold(tenant, id as never).pk],
    look: (tenant, { id, number }) => [keys.look(tenant, id, number).pk],
    upkeep: (tenant) => [keys.upkeep(tenant).pk],
    reading: (tenant, { sha256 }) => [keys.reading(tenant, sha256).pk],
    reply: (tenant, { sha256 }) => [keys.reply(tenant, sha256).pk],
  };

describe('rule 11: no key of a tenant is one of another', () => {
  it('whatever is stored lies in a partition of its tenant, and is listed in such ones alone', () => {
    fc.assert(
      fc.property(twoTenants, parts, ([tenant, other], of) => {
        for (const entity of entitiesOf(tenant, of)) {
          const { pk, sk, gsi1pk, gsi2pk, duepk } = itemOf(entity);
          // Whose memberships they are is asked before any tenant is known.
          const home = entity.kind === 'member' ? sk : pk;
          for (const partition of [home, gsi1pk, gsi2pk].filter((one) => one !== undefined)) {
            expect(isOf(tenant, partition), `${entity.kind} in ${partition}`).toBe(true);
            expect(isOf(other, partition), `${entity.kind} in ${partition}`).toBe(false);
          }
          // This index crosses tenants, and is granted to no operation.
          expect(duepk ?? 'OUTBOX#00').toMatch(/^[A-Z]{2,}#\d\d$/);
        }
      }),
    );
  });

  it('the memberships of a principal are in a partition of its own, one for each tenant', () => {
    fc.assert(
      fc.property(twoTenants, parts, ([tenant, other], { principal }) => {
        const [one, another] = [keys.member(tenant, principal), keys.member(other, principal)];

        expect([one.pk, another.pk]).toEqual([`P#${principal}`, `P#${principal}`]);
        expect(one.sk).not.toBe(another.sk);
        expect([tenant, other].map((each) => isOf(each, one.pk))).toEqual([false, false]);
      }),
    );
  });

  it('whatever is asked for is in a partition of the tenant that asks', () => {
    fc.assert(
      fc.property(twoTenants, parts, ([tenant, other], of) => {
        for (const [name, partitions] of Object.entries(PARTITIONS)) {
          if (partitions === 'within') continue;
          for (const partition of partitions(tenant, of)) {
            expect(isOf(tenant, partition), `${name}: ${partition}`).toBe(true);
            expect(isOf(other, partition), `${name}: ${partition}`).toBe(false);
          }
        }
      }),
    );
  });

  it('what is remembered outside of any tenant is in the partition of none', () => {
    fc.assert(
      fc.property(tenantId, parts, (tenant, { sha256 }) => {
        expect(isOf(tenant, keys.reply('', sha256).pk)).toBe(false);
      }),
    );
  });
});

it('two things of a tenant that are not the same have not the same key', () => {
  fc.assert(
    fc.property(tenantId, parts, (tenant, of) => {
      const stored = entitiesOf(tenant, of).filter(({ kind }) => kind !== 'version');
      const places = stored.map((entity) => JSON.stringify(keyOf(entity)));

      expect(new Set(places).size).toBe(places.length);
    }),
  );
});

it('keys of times and numbers sort as those do', () => {
  const held: Held = { stage: 'production' };
  fc.assert(
    fc.property(tenantId, parts, parts, (tenant, one, other) => {
      const versions = [one, other].map(({ number }) => keys.version(tenant, one.id, number).sk);
      const times = [one, other].map(({ at }) => keys.holdingAt(held, at));

      expect(String(versions[0]) < String(versions[1])).toBe(one.number < other.number);
      expect(String(times[0]) < String(times[1])).toBe(one.at < other.at);
    }),
  );
});
