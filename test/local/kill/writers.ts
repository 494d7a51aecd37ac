import { hash, randomBytes } from 'node:crypto';
import type { Client } from '../../../shared/http/client.ts';
import { LENIENT } from '../../support/lenient.ts';
import { aName } from '../../support/names.ts';
import type { Ledger, Upload } from './ledger.ts';

export interface People {
  readonly admin: Client;
  readonly publisher: Client;
  readonly releaser: Client;
}

/** Models that several writers fight for. */
const SHARED = ['contested-1', 'contested-2'];

/** Writes one thing after the other until the registry is gone, and notes whatever was answered. */
export async function write(people: People, ledger: Ledger): Promise<void> {
  for (;;) {
    const work = pick([createModel, updateModel, moveThrough, upload]);
    await work(people, ledger);
  }
}

const pick = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T;

/** Makes what the writers fight for, in a tenant that lets them. */
export async function prepare({ admin, publisher }: People, ledger: Ledger): Promise<void> {
  await admin.putPolicy({ policy: LENIENT });
  for (const model of SHARED) {
    await publisher.createModel({ model });
    ledger.writes.push({ type: 'model.created', model });
  }
}

async function createModel({ publisher }: People, { writes }: Ledger): Promise<void> {
  const model = aName('model');
  await publisher.createModel({ model });
  writes.push({ type: 'model.created', model });
}

async function updateModel({ publisher }: People, { writes }: Ledger): Promise<void> {
  const model = pick(SHARED);
  await publisher.updateModel({ model, description: aName('description') });
  writes.push({ type: 'model.updated', model });
}

async function moveThrough({ publisher, releaser }: People, { writes }: Ledger): Promise<void> {
  const model = pick(SHARED);
  const { version } = await publisher.registerVersion({ model, source: `s3://elsewhere/${aName('model')}` });
  writes.push({ type: 'version.registered', model, version: version.version });
  await releaser.promoteVersion({ model, version: version.version, stage: 'staging' });
  writes.push({ type: 'version.promoted', model, version: version.version });
  await releaser.archiveVersion({ model, version: version.version });
  writes.push({ type: 'version.archived', model, version: version.version });
}

async function upload({ publisher }: People, { writes, uploads }: Ledger): Promise<void> {
  const model = pick(SHARED);
  const content = randomBytes(1 + Math.floor(Math.random() * 500_000));
  const file = { path: 'weights.bin', bytes: content.length, sha256: hash('sha256', content) };
  const registered = await publisher.registerVersion({ model, files: [file] });
  const { version } = registered.version;
  const upload: Upload = { model, version, file, content, isStored: false, isComplete: false };
  uploads.push(upload);
  writes.push({ type: 'version.registered', model, version });

  for (const { request } of registered.uploads) {
    const { status } = await fetch(request.url, { ...request, body: content });
    upload.isStored = status === 200;
  }
  await publisher.completeVersion({ model, version });
  upload.isComplete = true;
  writes.push({ type: 'version.completed', model, version });
}
