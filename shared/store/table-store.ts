import { Approval } from '../domain/approval.ts';
import { DigestGuard, ProvenObject, Reading } from '../domain/artifact.ts';
import { Card } from '../domain/card.ts';
import { Check } from '../domain/check.ts';
import { Evaluation } from '../domain/evaluation.ts';
import { Event } from '../domain/event.ts';
import { Holding } from '../domain/history.ts';
import { Hold } from '../domain/hold.ts';
import { Mark, traitDigest } from '../domain/mark.ts';
import { Model } from '../domain/model.ts';
import { Policy } from '../domain/policy.ts';
import { Reply } from '../domain/reply.ts';
import { Standing } from '../domain/standing.ts';
import { Subscription } from '../domain/subscription.ts';
import { Member, Tenant } from '../domain/tenant.ts';
import { isLive, Token } from '../domain/token.ts';
import { Version } from '../domain/version.ts';
import { commit } from './commit.ts';
import { dependencyStore } from './dependency-store.ts';
import { dueKeys, itemOf, keys, LAST, SEQUENCE_MAX, VERSION_PREFIX } from './keys.ts';
import { everything, list } from './list.ts';
import { logStore } from './log-store.ts';
import { pageQuery, parsed, present, readerOf } from './read.ts';
import { retentionStore } from './retention-store.ts';
import { sequenceAt } from './sequence.ts';
import { stagedStore } from './staged-store.ts';
import type { Store } from './store.ts';
import type { Query, Table } from './table.ts';
import { webhookStore } from './webhook-store.ts';

/** The store on a table. Each read is one access pattern of the chart in `keys.ts`. */
export function tableStore(table: Table): Store {
  const dependencies = dependencyStore(table);
  const read = readerOf(table);
  const policiesOf: Store['policiesOf'] = async (tenant, models) => {
    const ofModels = models.map((model) => keys.policy({ kind: 'policy', tenant, model }));
    const all = [keys.tenant(tenant), keys.policy({ kind: 'policy', tenant }), ...ofModels];
    const [itself, ofTenant, ...rest] = await table.batchGet(all);
    const peopleRevision = parsed(Tenant, itself)?.peopleRevision ?? 0;
    const above = { peopleRevision, ...optional('ofTenant', parsed(Policy, ofTenant)) };
    const policies = (index: number) => ({ ...above, ...optional('ofModel', parsed(Policy, rest[index])) });
    return new Map(models.map((model, index) => [model, policies(index)]));
  };
  return {
    ...dependencies,
    ...webhookStore(table),
    ...retentionStore(table),
    ...logStore(table),
    ...stagedStore(table),
    tenant: (tenant) => read(Tenant, keys.tenant(tenant)),
    member: (tenant, principal) => read(Member, keys.member(tenant, principal)),

    async memberships(principal) {
      const page = await table.query({ pk: keys.memberships(principal), limit: 1_000 });
      return present(Member, page.items);
    },

    members: (tenant, page) => list(table, { index: 'gsi1', pk: keys.members(tenant), ...pageQuery(page) }, Member),

    async people(tenant, principals) {
      const found = await table.batchGet(principals.map((principal) => keys.member(tenant, principal)));
      const members = present(Member, found);
      return new Map(members.flatMap(({ principal, person }) => (person === undefined ? [] : [[principal, person]])));
    },

    subscription: (tenant, id) => read(Subscription, keys.subscription(tenant, id)),
    async subscriptions(tenant) {
      return present(Subscription, await everything(table, { pk: keys.subscriptions(tenant) }));
    },

    token: (tenant, id) => read(Token, keys.token(tenant, id)),
    tokens: (tenant, of, page, now) =>
      list(
        table,
        {
          ...(of ? { index: 'gsi1' as const, pk: keys.tokensOf(tenant, of) } : { pk: keys.tokens(tenant) }),
          ...pageQuery(page),
        },
        Token,
        (token) => isLive(token, now),
      ),

    async policies(tenant, model) {
      if (model) return (await policiesOf(tenant, [model])).get(model) ?? {};
      return optional('ofTenant', await read(Policy, keys.policy({ kind: 'policy', tenant })));
    },
    policiesOf,

    model: (tenant, name) => read(Model, keys.model(tenant, name)),

    models: (tenant, { prefix = '', behind, ...page }, keep) => {
      const after = behind === undefined ? page.after : { ...keys.model(tenant, behind) };
      const query = { pk: keys.models(tenant), prefix: keys.modelPrefix(prefix), ...pageQuery({ ...page, after }) };
      return list(table, query, Model, keep);
    },

    version: (model, number) => read(Version, keys.version(model.tenant, model.id, number)),

    versionsOf: ({ tenant, id }, numbers) =>
      dependencies.versionsAt(
        tenant,
        numbers.map((version) => ({ model: id, version })),
      ),

    versions: ({ tenant, id }, { stage, behind, ...page }) =>
      list(
        table,
        {
          ...(stage
            ? { index: 'gsi2' as const, pk: keys.stage(tenant, id, stage) }
            : { pk: keys.history(tenant, id), prefix: VERSION_PREFIX }),
          ...pageQuery(page),
          ...(behind !== undefined && { after: { ...keys.version(tenant, id, behind) } }),
        },
        Version,
        (version) => version.state !== 'deleted',
      ),

    async marked(tenant, trait, limit) {
      const { items } = await table.query({ pk: keys.trait(tenant, traitDigest(trait)), limit });
      return present(Mark, items);
    },
    async numbered(tenant, number, limit) {
      const { items } = await table.query({ index: 'gsi2', pk: keys.numbered(tenant, number), limit });
      return present(Event, items).flatMap(({ model }) => (model ? [model.id] : []));
    },
    digest: ({ tenant, id }, rootDigest) => read(DigestGuard, keys.digest(tenant, id, rootDigest)),

    async proven(tenant, digests) {
      if (digests.length === 0) return new Map();
      const items = await table.batchGet(digests.map((sha256) => keys.proof(tenant, sha256)));
      const proofs = present(ProvenObject, items);
      return new Map(proofs.map((proof) => [proof.sha256, proof]));
    },
    reading: (tenant, digest) => read(Reading, keys.reading(tenant, digest)),

    async approvals({ tenant, id }, number) {
      const of = { pk: keys.history(tenant, id), prefix: keys.approvals(number), order: 'descending' } as const;
      return present(Approval, await everything(table, of));
    },
    approval: ({ tenant, id }, number, approval) => read(Approval, keys.approval(tenant, id, number, approval)),
    inbox: (tenant, page) => list(table, { index: 'gsi1', pk: keys.inbox(tenant), ...pageQuery(page) }, Approval),
    card: ({ tenant, id }, number, revision) => read(Card, keys.card(tenant, id, number, revision)),
    check: ({ tenant, id }, number, name) => read(Check, keys.check(tenant, id, number, name)),
    checks: ({ tenant, id }, number, page) =>
      list(table, { pk: keys.history(tenant, id), prefix: keys.checks(number), ...pageQuery(page) }, Check),

    evaluations: ({ tenant, id }, number, { dataset, ...page }) =>
      list(
        table,
        { pk: keys.history(tenant, id), prefix: keys.evaluations(number), ...pageQuery(page) },
        Evaluation,
        dataset === undefined ? undefined : (evaluation) => evaluation.dataset.name === dataset,
      ),
    async standings({ tenant, id }, numbers) {
      const ofEach = numbers.map((number) =>
        everything(table, { pk: keys.history(tenant, id), prefix: keys.standings(number) }),
      );
      return present(Standing, (await Promise.all(ofEach)).flat());
    },

    holdings: ({ tenant, id }, held, page) =>
      list(table, { pk: keys.history(tenant, id), prefix: keys.holdings(held), ...pageQuery(page) }, Holding),

    async holdingAt({ tenant, id }, held, at) {
      const range = { from: keys.holdings(held), to: keys.holdingAt(held, at) + LAST };
      const query: Query = { pk: keys.history(tenant, id), ...range, order: 'descending', limit: 1 };
      return parsed(Holding, (await table.query(query)).items[0]);
    },

    async chain(tenant, model, { from, to, ...page }) {
      const first = from ? await sequenceAt(table, tenant, model, from) : 1;
      const last = to ? (await sequenceAt(table, tenant, model, new Date(to.getTime() + 1))) - 1 : SEQUENCE_MAX;
      if (first > last) return { items: [] };

      const range = { from: keys.event(tenant, model, first).sk, to: keys.event(tenant, model, last).sk };
      return list(table, { pk: keys.history(tenant, model), ...range, ...pageQuery(page) }, Event);
    },

    events: (tenant, { from, to, ...page }) => {
      const range = { from: from?.toISOString() ?? '0', to: (to?.toISOString() ?? '9') + LAST };
      return list(table, { index: 'gsi1', pk: keys.events(tenant), ...range, ...pageQuery(page) }, Event);
    },

    outbox: (shard, { before, ...page }) => {
      const range = { to: before.toISOString() };
      return list(table, { index: 'due', pk: dueKeys.outbox(shard), ...range, ...pageQuery(page) }, Event);
    },
    published: (events) => table.putEach(events.map((event) => itemOf({ ...event, published: true }))),
    hold: (tenant, id) => read(Hold, keys.hold(tenant, id)),
    holds: (tenant, page, keep) =>
      list(table, { pk: keys.holds(tenant), ...pageQuery({ ...page, order: 'descending' }) }, Hold, keep),

    reply: (tenant, key) => read(Reply, keys.reply(tenant, key)),
    note: (notes) => table.putEach(notes.map(itemOf)),
    commit: (change, reply) => commit(table, change, reply),
  };
}

const optional = <K extends string, T>(name: K, value: T | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [P in K]?: T };
