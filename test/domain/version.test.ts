import { describe, expect, it } from 'vitest';
import { deleteVersion, downloadable, updateVersion } from '../../shared/domain/version.ts';
import { aDigest, aGuard, aModel, anOccasion, anUpload, aVersion, decided, headOf, NOW } from '../support/builders.ts';

describe('describing a version anew', () => {
  const version = aVersion({ description: 'old', tags: { a: '1' }, metrics: { accuracy: 0.97 }, stage: 'production' });

  it('changes description and tags, and nothing that is evidence', () => {
    const change = decided(updateVersion(aModel(), version, { description: 'new', tags: { b: '2' } }, anOccasion()));

    const updated = { ...version, description: 'new', tags: { a: '1', b: '2' }, updatedAt: NOW, revision: 2 };
    expect(change.result).toEqual(updated);
    expect(change.writes).toEqual([{ replace: updated }]);
    expect(headOf(change)).toEqual(aModel({ lastAt: NOW, revision: 8 }));
    expect(change.event).toMatchObject({
      type: 'version.updated',
      version: 3,
      data: { fields: ['description', 'tags'] },
    });
  });

  it.each([{}, { description: 'old' }, { tags: { a: '1', gone: null } }])(
    'is no change when it is so already: %j',
    (same) => {
      expect(updateVersion(aModel(), version, same, anOccasion())).toEqual({ result: version });
    },
  );

  it('keeps it small together with what it was registered with', () => {
    const tags = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`tag ${n}`, 'x'.repeat(5_000)]));
    const large = aVersion({ tags });
    const description = 'x'.repeat(10_000);

    expect(() => updateVersion(aModel(), large, { description }, anOccasion())).toThrow(
      expect.objectContaining({ code: 'request.invalid' }),
    );
    expect(() => updateVersion(aModel(), large, { description, tags: { 'tag 0': null } }, anOccasion())).not.toThrow();
  });
});

describe('deleting a version', () => {
  it('frees its digest, and keeps its number and what is known of it', () => {
    const guard = aGuard({ revision: 2 });
    const change = decided(deleteVersion(aModel(), aVersion({ stage: 'archived' }), { guard }, anOccasion()));

    const deleted = aVersion({ state: 'deleted', stage: 'archived', updatedAt: NOW, revision: 2 });
    expect(change.writes).toEqual([{ replace: deleted }, { remove: guard }]);
    expect(headOf(change)).toEqual(aModel({ lastAt: NOW, updatedAt: NOW, revision: 8 }));
    expect(change.event).toMatchObject({
      type: 'version.deleted',
      version: 3,
      data: { rootDigest: deleted.artifact?.rootDigest },
    });
  });

  it('leaves the digest to the version that has it now', () => {
    const change = decided(deleteVersion(aModel(), anUpload(), { guard: aGuard({ version: 9 }) }, anOccasion()));
    expect(change.writes).toEqual([{ replace: change.result }]);
  });

  it('has no digest to free when its files are elsewhere', () => {
    const external = aVersion({ artifact: undefined, source: 's3://bucket/key' });
    const change = decided(deleteVersion(aModel(), external, {}, anOccasion()));

    expect(change.writes).toEqual([{ replace: change.result }]);
    expect(change.event.data).toEqual({});
  });

  it('takes it from where a rollback could go', () => {
    const change = decided(deleteVersion(aModel({ former: [1, 3, 2] }), aVersion(), {}, anOccasion()));
    expect(headOf(change)).toMatchObject({ former: [1, 2] });
  });

  it.each(['staging', 'production'] as const)('is refused while it is in %s', (stage) => {
    expect(() =>
      deleteVersion(aModel({ [stage]: [3] }), aVersion({ stage }), { guard: aGuard() }, anOccasion()),
    ).toThrow(expect.objectContaining({ code: 'version.in_use', message: `fraud-detector version 3 is in ${stage}.` }));
  });

  it('is refused while an alias names it', () => {
    const model = aModel({ aliases: { shadow: 2, champion: 3 } });
    expect(() => deleteVersion(model, aVersion(), { guard: aGuard() }, anOccasion())).toThrow(
      expect.objectContaining({ code: 'version.in_use', message: 'fraud-detector version 3 has the alias champion.' }),
    );
  });
});

describe('what can be downloaded of a version', () => {
  it('is its files, once it is complete', () => {
    const artifact = { rootDigest: aDigest('files'), files: 2, bytes: 12 };
    expect(downloadable(aModel(), aVersion({ artifact }))).toEqual(artifact);
  });

  it.each(['uploading', 'abandoned', 'deleted'] as const)('is nothing while it is %s', (state) => {
    expect(() => downloadable(aModel(), aVersion({ state }))).toThrow(
      expect.objectContaining({ code: 'version.incomplete', message: `fraud-detector version 3 is ${state}.` }),
    );
  });

  it('is told where to find when it is elsewhere', () => {
    const external = aVersion({ artifact: undefined, source: 's3://bucket/key' });
    expect(() => downloadable(aModel(), external)).toThrow(
      expect.objectContaining({
        code: 'version.external',
        message: 'The files of fraud-detector version 3 are at s3://bucket/key.',
      }),
    );
  });
});
