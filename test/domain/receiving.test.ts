import { describe, expect, it } from 'vitest';
import { filesOf } from '../../shared/domain/artifact.ts';
import type { Change } from '../../shared/domain/change.ts';
import { giveUp, isReceiving, receive, registerUploaded } from '../../shared/domain/receiving.ts';
import { toProve } from '../../shared/domain/registration.ts';
import { loggedBy, receivedFrom, type Staged, Staged as StagedSchema } from '../../shared/domain/staged.ts';
import type { Version } from '../../shared/domain/version.ts';
import { ACME, ANN, aDigest, aGuard, aModel, anOccasion, anUpload, aVersion, NOW } from '../support/builders.ts';

const UPLOADED = { source: 'mlflow-artifacts:/m', list: 'list', files: 2, bytes: 9 };
const FILES = filesOf([
  { path: 'a', bytes: 4, sha256: aDigest('a') },
  { path: 'b', bytes: 5, sha256: aDigest('b') },
]);
const receiving = (over: Parameters<typeof anUpload>[0] = {}) =>
  anUpload({ artifact: undefined, uploaded: UPLOADED, ...over });
const keptOf = (change: Change<Version>) => ('keep' in change ? change.keep : undefined);

const staged = (path: string, over: Partial<Staged> = {}): Staged =>
  StagedSchema.parse({
    kind: 'staged',
    tenant: ACME,
    by: ANN,
    path,
    at: NOW,
    object: `object of ${path}`,
    bytes: 1,
    etag: '"e"',
    expiresAt: 4_000_000_000,
    ...over,
  });

describe('a version of uploaded files', () => {
  it('uses a number at once, and is uploading until its files were read', () => {
    const said = { description: '', tags: {}, metrics: {}, lineage: { datasets: [] }, needs: [] };
    const change = registerUploaded(aModel({ nextVersion: 4 }), said, UPLOADED, anOccasion());

    expect(change).toMatchObject({
      result: { number: 4, state: 'uploading', uploaded: UPLOADED },
      event: { type: 'version.registered', data: { source: UPLOADED.source, files: 2, bytes: 9 } },
    });
  });

  it('has its files once they were read, guarded as those of any other, and no event tells of it yet', () => {
    const change = receive(aModel(), receiving(), FILES, undefined, {}, anOccasion());

    expect(change.head).toBeUndefined();
    expect(change).toMatchObject({ result: { artifact: { rootDigest: FILES.rootDigest, files: 2, bytes: 9 } } });
    expect(keptOf(change)).toMatchObject([
      { replace: { kind: 'version', state: 'uploading' } },
      { create: { kind: 'digest', digest: FILES.rootDigest, version: 3 } },
    ]);
  });

  it('takes what its files say of it where nothing else was said', () => {
    const lineage = { runId: 'of the file', loggedModelId: 'm-file' };
    const version = receiving({ lineage: { runId: 'said', datasets: [] } });
    const change = receive(aModel(), version, FILES, undefined, { lineage }, anOccasion());

    expect(change).toMatchObject({ result: { lineage: { runId: 'said', loggedModelId: 'm-file', datasets: [] } } });
  });

  it('is given up, with the reason, where its files are a version of the model already', () => {
    const taken = { guard: aGuard({ version: 2 }), version: aVersion({ number: 2 }) };
    const change = receive(aModel(), receiving(), FILES, taken, {}, anOccasion());
    const reason = 'These files are fraud-detector version 2.';

    expect(change).toMatchObject({
      result: { state: 'abandoned', failure: reason },
      event: { type: 'version.abandoned', data: { files: 2, bytes: 9, reason } },
    });
  });

  it('takes over the digest of an upload that was abandoned', () => {
    const taken = { guard: aGuard({ version: 2, revision: 5 }), version: anUpload({ number: 2, state: 'abandoned' }) };
    const change = receive(aModel(), receiving(), FILES, taken, {}, anOccasion());

    expect(keptOf(change)?.[1]).toMatchObject({ replace: { version: 3, revision: 6 } });
  });

  it.each([
    ['has its files', anUpload({ uploaded: UPLOADED })],
    ['is complete', aVersion({ uploaded: UPLOADED })],
    ['was deleted', receiving({ state: 'deleted' })],
    ['was pushed', anUpload()],
  ])('stays as it is when it %s', (_, version) => {
    expect(receive(aModel(), version, FILES, undefined, {}, anOccasion())).toEqual({ result: version });
  });

  it('is not to be completed by anybody while nobody knows its files, and not to be given up when they are there', () => {
    expect(() => toProve(aModel(), receiving(), anOccasion())).toThrow('are being read');
    expect(isReceiving(receiving(), new Date('2026-03-01T00:00:00Z'))).toBe(false);
    expect(giveUp(aModel(), aVersion(), 'why', anOccasion()).head).toBeUndefined();
  });
});

describe('what is received of a directory', () => {
  const from = (files: readonly Staged[]) => receivedFrom('exp/m', files, 'list', new Date(NOW));

  it('is its files by their paths in it, as they are now', () => {
    expect(from([staged('exp/m/a'), staged('exp/m/sub/b', { bytes: 7 })])).toMatchObject([
      { kind: 'received', list: 'list', place: 0, path: 'a', object: 'object of exp/m/a' },
      { kind: 'received', list: 'list', place: 1, path: 'sub/b', bytes: 7 },
    ]);
  });

  it.each([
    ['nothing was uploaded there', []],
    ['which is a file', [staged('exp/m/a'), staged('exp/m/a/b')]],
    ['only by case', [staged('exp/m/A'), staged('exp/m/a')]],
    ['expected at most 5000 files', Array.from({ length: 5_001 }, (_, index) => staged(`exp/m/${index}`))],
    ['expected at most 5368709120', [staged('exp/m/a', { bytes: 5 * 2 ** 30 + 1 })]],
  ])('is refused when %s', (message, files) => {
    expect(() => from(files)).toThrow(message);
  });
});

it('a logged model is known by the file that describes it, in the layout of its clients alone', () => {
  const id = `m-${'0a'.repeat(16)}`;

  expect(loggedBy(staged(`exp/models/${id}/artifacts/MLmodel`))).toMatchObject({
    loggedModelId: id,
    directory: `exp/models/${id}/artifacts`,
  });
  for (const other of [
    `exp/models/${id}/artifacts/sub/MLmodel`,
    `exp/${id}/artifacts/MLmodel`,
    'models/m-1/artifacts/MLmodel',
  ])
    expect(loggedBy(staged(other))).toBeUndefined();
});
