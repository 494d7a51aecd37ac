import { DEPLOYMENT_ADMIN } from '../../local/first-start.ts';
import { Member } from '../../shared/domain/tenant.ts';
import type { Services } from '../../shared/http/services.ts';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import type { Item } from '../../shared/store/table.ts';
import { keyText } from '../../shared/store/table-limits.ts';
import { tableStore } from '../../shared/store/table-store.ts';
import { LENIENT } from '../support/lenient.ts';
import type { Bucket } from './artifacts.ts';
import { CALM } from './chaos.ts';
import { type Asking, arnOf, ask, CONTENTS, keyOfContent, MODELS, PEOPLE, TENANT } from './people.ts';
import { aLife, aSchedule } from './schedule.ts';
import { VOTES } from './specification.ts';
import { aWorld } from './world.ts';

export const START = new Date('2026-03-01T00:00:00.000Z');
const ROLES = ['admin', 'publisher', 'reviewer', 'releaser', 'reader'].map((role) => ({ role }));

/** What every run begins with: a tenant with its people, and models without versions. */
export interface Beginning {
  readonly items: readonly Item[];
  readonly memberships: Services['memberships'];
  readonly bucket: () => Bucket;
}

const [first, ...others] = PEOPLE;
const asked: readonly Omit<Asking, 'arn'>[] = [
  ...[first, ...others].map((person) => ({
    name: 'putMember' as const,
    input: { principal: arnOf(person), roles: ROLES },
  })),
  { name: 'createWebhook', input: { url: 'https://hooks.example.com/' } },
  { name: 'putPolicy', input: { policy: LENIENT } },
  ...MODELS.map((model) => ({ name: 'createModel' as const, input: { model } })),
  { name: 'putPolicy', input: { model: 'voted', policy: { approvals: { production: { required: VOTES } } } } },
];

/** Made by the operations themselves, once for all runs of a process. */
export async function aBeginning(): Promise<Beginning> {
  const items = new Map<string, Item>();
  const table = sqliteTable({ file: ':memory:' });
  table.onCommit((written) => {
    for (const { key, after } of written) if (after) items.set(keyText(key), after);
  });
  const schedule = aSchedule(new Date(START.getTime() - 60_000));
  const bucket = { objects: new Map<string, string>() };
  const { memberships } = tableStore(table);
  const { servicesOf } = aWorld({ chaos: CALM, schedule, table, bucket, memberships, arrived: () => {} });
  const services = servicesOf(aLife('beginning'));

  const all = async () => {
    const create = {
      name: 'createTenant',
      input: { tenant: TENANT, admin: arnOf(first) },
      arn: DEPLOYMENT_ADMIN,
    } as const;
    for (const asking of [create, ...asked.map((one) => ({ ...one, arn: arnOf(first) }))]) {
      const { statusCode, body } = await ask(asking, services, asking.name);
      if (statusCode >= 300) throw new Error(`${asking.name}: ${statusCode} ${body}`);
    }
  };
  const done = all();
  await schedule.runUntil(START);
  await done;
  const members = new Map<string, readonly Member[]>();
  for (const item of items.values())
    if (item['kind'] === 'member') members.set(String(item['principal']), [Member.parse(item)]);
  await table.close();
  return {
    items: [...items.values()].map((item) => (item['kind'] === 'event' ? published(item) : item)),
    memberships: async (principal) => members.get(principal) ?? [],
    bucket: () => ({ objects: new Map(CONTENTS.map((content) => [keyOfContent(content), content])) }),
  };
}

const published = ({ duepk: _, duesk: __, ...item }: Item): Item => ({ ...item, published: true }) as Item;
