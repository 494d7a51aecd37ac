import { hash } from 'node:crypto';
import type * as z from 'zod/mini';
import { DigestGuard, RegisteredFile } from '../../shared/domain/artifact.ts';
import type { Change, Decided, Occasion, Refused } from '../../shared/domain/change.ts';
import { Delivery, deliveryOf } from '../../shared/domain/delivery.ts';
import { EventView, GENESIS } from '../../shared/domain/event.ts';
import { Model } from '../../shared/domain/model.ts';
import { Alias, ModelName, Sha256, TenantId, VersionNumber } from '../../shared/domain/names.ts';
import { Policy } from '../../shared/domain/policy.ts';
import { Principal } from '../../shared/domain/principal.ts';
import type { Registration } from '../../shared/domain/registration.ts';
import { Member, Tenant } from '../../shared/domain/tenant.ts';
import { Version } from '../../shared/domain/version.ts';
import { Webhook } from '../../shared/domain/webhook.ts';
import { LENIENT } from './lenient.ts';

/** When the things of the builders were made. */
export const AT = '2026-01-31T12:00:00.000Z';
/** When something happens to them, unless told: a day later. */
export const NOW = '2026-02-01T12:00:00.000Z';

export const ACME = TenantId.parse('acme');
export const ANN = Principal.parse('aws:111122223333:user/Ann');
export const BEN = Principal.parse('aws:111122223333:role/Deployer');

const ID = '01JZ0000000000000000000000';

export const aName = (name: string): ModelName => ModelName.parse(name);
export const anAlias = (alias: string): Alias => Alias.parse(alias);
export const aNumber = (number: number): VersionNumber => VersionNumber.parse(number);

/** The SHA-256 of a text: the same for the same, and different for another. */
export const aDigest = (text: string): Sha256 => Sha256.parse(hash('sha256', text, 'hex'));

export const anOccasion = ({ now = NOW, by = ANN }: { now?: string; by?: Principal } = {}): Occasion => ({
  actor: { principal: by },
  now: new Date(now),
});

export const aTenant = (over: Partial<z.input<typeof Tenant>> = {}): Tenant =>
  Tenant.parse({
    kind: 'tenant',
    id: ACME,
    name: 'Acme Bank',
    admins: 1,
    seq: 1,
    headHash: GENESIS,
    lastAt: AT,
    createdAt: AT,
    revision: 1,
    ...over,
  });

export const aMember = (over: Partial<z.input<typeof Member>> = {}): Member =>
  Member.parse({
    kind: 'member',
    tenant: ACME,
    principal: BEN,
    roles: [{ role: 'publisher', models: 'fraud-*' }],
    addedAt: AT,
    addedBy: ANN,
    revision: 1,
    ...over,
  });

export const aPolicy = (over: Partial<z.input<typeof Policy>> = {}): Policy =>
  Policy.parse({ kind: 'policy', tenant: ACME, document: {}, at: AT, by: ANN, revision: 1, ...over });

/** The policies of a tenant that demands nothing. */
export const LENIENTLY = { ofTenant: aPolicy({ document: LENIENT }) };

export const aModel = (over: Partial<z.input<typeof Model>> = {}): Model =>
  Model.parse({
    kind: 'model',
    tenant: ACME,
    id: ID,
    name: 'fraud-detector',
    description: '',
    tags: {},
    aliases: {},
    lifecycle: 'governed',
    staging: [],
    production: [],
    former: [],
    nextVersion: 4,
    seq: 7,
    headHash: GENESIS,
    lastAt: AT,
    createdAt: AT,
    createdBy: ANN,
    updatedAt: AT,
    revision: 7,
    ...over,
  });

/** A complete version that is nowhere in use. */
export const aVersion = (over: Partial<z.input<typeof Version>> = {}): Version =>
  Version.parse({
    kind: 'version',
    tenant: ACME,
    model: ID,
    number: 3,
    state: 'complete',
    stage: 'none',
    description: '',
    tags: {},
    metrics: {},
    lineage: { datasets: [] },
    needs: [],
    artifact: { rootDigest: aDigest('files'), files: 1, bytes: 12 },
    registeredBy: { principal: ANN },
    createdAt: AT,
    updatedAt: AT,
    revision: 1,
    ...over,
  });

/** A version that is being uploaded. */
export const anUpload = (over: Partial<z.input<typeof Version>> = {}): Version =>
  aVersion({ state: 'uploading', ...over });

export const aGuard = (over: Partial<z.input<typeof DigestGuard>> = {}): DigestGuard =>
  DigestGuard.parse({
    kind: 'digest',
    tenant: ACME,
    model: ID,
    digest: aDigest('files'),
    version: 3,
    revision: 1,
    ...over,
  });

export const aFile = (over: Partial<z.input<typeof RegisteredFile>> = {}): RegisteredFile =>
  RegisteredFile.parse({ path: 'model.json', bytes: 12, sha256: aDigest(over.path ?? 'model.json'), ...over });

export const aRegistration = (over: Partial<Registration> = {}): Registration => ({
  description: '',
  tags: {},
  metrics: {},
  lineage: { datasets: [] },
  needs: [],
  ...over,
});

/** A webhook of all events of models whose names begin with `fraud-`. */
export const aWebhook = (over: Partial<z.input<typeof Webhook>> = {}): Webhook =>
  Webhook.parse({
    kind: 'webhook',
    tenant: ACME,
    id: ID,
    url: 'https://hooks.example.com/services/T0/B0/XXXX',
    description: '',
    events: [],
    models: 'fraud-*',
    state: 'enabled',
    secrets: [{ sealed: 'v1.sealed', endsWith: 'abcd', createdAt: AT }],
    createdAt: AT,
    createdBy: ANN,
    updatedAt: AT,
    revision: 1,
    ...over,
  });

/** That a version of a model was promoted. */
export const anEvent = (over: Partial<z.input<typeof EventView>> = {}): EventView =>
  EventView.parse({
    id: 'evt_5f0c8a1e9b7d6c4f3a2b1c0d9e8f7a6b',
    seq: 8,
    type: 'version.promoted',
    at: AT,
    tenant: ACME,
    actor: { principal: ANN },
    model: { id: ID, name: 'fraud-detector' },
    version: 3,
    data: { from: 'none', to: 'staging', archived: [] },
    prevHash: GENESIS,
    hash: GENESIS,
    ...over,
  });

/** The same on its way to a webhook, and to be tried at once. */
export function aDelivery(over: Partial<z.input<typeof Delivery>> = {}): Delivery {
  return Delivery.parse({ ...deliveryOf(aWebhook(), anEvent(), new Date(NOW)), ...over });
}

/** What a rule decided to write: neither a refusal nor nothing. */
export function decided<Result>(change: Change<Result>): Decided<Result> {
  if ('refusal' in change || change.head === undefined) throw new Error('There is nothing decided in this change.');
  return change;
}

/** A refusal that a rule decided to record. */
export function refusedIn(change: Change<unknown>): Refused {
  if ('refusal' in change) return change;
  throw new Error('This change is no refusal.');
}

/** The head as a change leaves it, before its event is chained to it. */
export const headOf = ({ head }: Decided<unknown> | Refused) => ('create' in head ? head.create : head.replace);
