import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ownCheckpoints } from '../../local/checkpoints.ts';
import { s3Client } from '../../shared/artifacts/s3.ts';
import type { Checkpoints, SealedFile } from '../../shared/audit/checkpoints.ts';
import { s3Checkpoints } from '../../shared/aws/s3-checkpoints.ts';
import { TenantId } from '../../shared/domain/names.ts';
import { listen } from '../artifacts/listener.ts';
import { aName } from '../support/names.ts';

const directory = await mkdtemp(path.join(tmpdir(), 'signet-checkpoints-'));
const server = await listen();
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

/** Where checkpoints can be kept. Each has to keep the same promises. */
const places: Record<string, () => Promise<Checkpoints>> = {
  'in a directory': async () => ownCheckpoints(directory),
  'in a bucket': async () => s3Checkpoints({ client: s3Client(server.location), bucket: server.location.bucket }),
};

const aFile = (tenant: string, note: string): SealedFile => ({
  tenant: TenantId.parse(tenant),
  number: 1,
  at: '2026-03-04T05:06:07.890Z',
  size: 2,
  note,
  key: 'a key',
  entries: [],
});

describe.each(Object.entries(places))('checkpoints %s', (_, open) => {
  it('are kept once: whoever comes later gets the one that is there', async () => {
    const checkpoints = await open();
    const tenant = aName('tenant');
    expect(await checkpoints.keep(aFile(tenant, 'first'))).toMatchObject({ note: 'first' });
    expect(await checkpoints.keep(aFile(tenant, 'second'))).toMatchObject({ note: 'first' });
    expect(await checkpoints.keep({ ...aFile(tenant, 'third'), number: 2 })).toMatchObject({ note: 'third' });
    expect(await checkpoints.keep(aFile(aName('other'), 'of another'))).toMatchObject({ note: 'of another' });
  });

  it('are kept once, also by many at the same time', async () => {
    const checkpoints = await open();
    const tenant = aName('tenant');
    const notes = Array.from({ length: 20 }, (_, at) => `note ${at}`);
    const kept = await Promise.all(notes.map((note) => checkpoints.keep(aFile(tenant, note))));
    expect(new Set(kept.map(({ note }) => note)).size).toBe(1);
  });
});

it('in a directory they are whole files of JSON, with nothing left beside them', async () => {
  const tenant = aName('tenant');
  await ownCheckpoints(directory).keep(aFile(tenant, 'whole'));
  const folder = path.join(directory, 't', tenant);
  expect(await readdir(folder)).toEqual(['000000000001.json']);
  expect(JSON.parse(await readFile(path.join(folder, '000000000001.json'), 'utf8'))).toMatchObject({ note: 'whole' });
});
