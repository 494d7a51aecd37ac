import { describe, expect, it } from 'vitest';
import { filesOf } from '../../shared/domain/artifact.ts';
import {
  complete,
  referencesOf,
  registerExternal,
  registerFiles,
  registrationOf,
} from '../../shared/domain/registration.ts';
import { stateAt } from '../../shared/domain/version.ts';
import {
  ANN,
  AT,
  aDigest,
  aFile,
  aGuard,
  aModel,
  anOccasion,
  anUpload,
  aRegistration,
  aVersion,
  BEN,
  decided,
  headOf,
  NOW,
} from '../support/builders.ts';

const files = filesOf([aFile({ path: 'a', bytes: 5 }), aFile({ path: 'b', bytes: 7 })]);
const { rootDigest } = files;
const artifact = { rootDigest, files: 2, bytes: 12 };
const guard = aGuard({ digest: rootDigest });
const taken = (version = anUpload({ artifact })) => ({ guard, version });
const WEEK_LATER = '2026-02-07T12:00:00.000Z';
const MORE_THAN_A_WEEK_LATER = '2026-02-07T12:00:00.001Z';

describe('registering files', () => {
  it('begins an upload under the next number, and guards its digest', () => {
    const registration = aRegistration({ metrics: { accuracy: 0.97 }, schema: { inputs: [], outputs: [] } });
    const change = decided(registerFiles(aModel(), registration, files, undefined, anOccasion({ by: BEN })));

    const version = anUpload({
      ...registration,
      number: 4,
      artifact,
      needs: [],
      registeredBy: { principal: BEN },
      createdAt: NOW,
      updatedAt: NOW,
    });
    expect(change.result).toEqual(version);
    expect(change.writes).toEqual([{ create: version }, { create: { ...guard, version: 4 } }]);
    expect(headOf(change)).toEqual(aModel({ nextVersion: 5, lastAt: NOW, updatedAt: NOW, revision: 8 }));
    expect(change.event).toEqual({
      type: 'version.registered',
      version: 4,
      actor: { principal: BEN },
      data: { rootDigest, files: 2, bytes: 12 },
    });
  });

  it('gives consecutive numbers', () => {
    let model = aModel({ nextVersion: 1 });
    const numbers = [1, 2, 3].map((n) => {
      const some = filesOf([aFile({ path: `${n}` })]);
      const change = decided(registerFiles(model, aRegistration(), some, undefined, anOccasion()));
      model = aModel({ ...headOf(change), kind: 'model' });
      return change.result.number;
    });

    expect(numbers).toEqual([1, 2, 3]);
    expect(model.nextVersion).toBe(4);
  });

  it('of a version names the version that has them', () => {
    expect(() => registerFiles(aModel(), aRegistration(), files, taken(aVersion({ artifact })), anOccasion())).toThrow(
      expect.objectContaining({ code: 'version.duplicate', message: 'These files are fraud-detector version 3.' }),
    );
  });

  it('of a version names it however the registration differs, and however old it is', () => {
    const other = aRegistration({ description: 'Another.' });
    const late = anOccasion({ now: '2036-01-01T00:00:00.000Z' });
    expect(() => registerFiles(aModel(), other, files, taken(aVersion({ artifact })), late)).toThrow(
      expect.objectContaining({ code: 'version.duplicate' }),
    );
  });
});

describe('registering the same files again while they are being uploaded', () => {
  it('resumes the version under its number, and writes nothing', () => {
    const upload = anUpload({ artifact });
    const later = anOccasion({ now: WEEK_LATER, by: BEN });

    expect(registerFiles(aModel(), aRegistration(), files, taken(upload), later)).toEqual({ result: upload });
  });

  it('compares what they mean, not how they are spelled', () => {
    const upload = anUpload({ artifact, tags: { a: '1', b: '2' }, metrics: { loss: 0 } });
    const again = aRegistration({ tags: { b: '2', a: '1' }, metrics: { loss: -0 } });

    expect(registerFiles(aModel(), again, files, taken(upload), anOccasion())).toEqual({ result: upload });
  });

  it.each([
    [{ description: 'Another.' }, 'description'],
    [{ tags: { team: 'x' } }, 'tags'],
    [{ metrics: { accuracy: 0.98 } }, 'metrics'],
    [{ schema: { inputs: [], outputs: [] } }, 'schema'],
    [{ lineage: { datasets: [{ name: 'payments' }] } }, 'lineage'],
    [{ needs: [{ model: aModel().id, version: aVersion().number }] }, 'dependsOn'],
  ])('with %j is refused, and the field is named', (over, field) => {
    expect(() => registerFiles(aModel(), aRegistration(over), files, taken(), anOccasion())).toThrow(
      expect.objectContaining({
        code: 'version.duplicate',
        message: `These files are being uploaded as fraud-detector version 3, with another ${field}.`,
        issues: [{ field, message: 'differs from that of version 3' }],
      }),
    );
  });
});

describe('an upload that nobody completed within seven days', () => {
  const upload = anUpload({ artifact, createdAt: AT });

  it('is abandoned, but no upload before and no complete version ever', () => {
    expect(stateAt(upload, new Date(WEEK_LATER))).toBe('uploading');
    expect(stateAt(upload, new Date(MORE_THAN_A_WEEK_LATER))).toBe('abandoned');
    expect(stateAt(aVersion({ createdAt: AT }), new Date(MORE_THAN_A_WEEK_LATER))).toBe('complete');
  });

  it('frees its digest for a new version, and keeps its number', () => {
    const late = anOccasion({ now: MORE_THAN_A_WEEK_LATER });
    const change = decided(registerFiles(aModel(), aRegistration(), files, taken(upload), late));

    expect(change.result).toMatchObject({ number: 4, state: 'uploading', createdAt: MORE_THAN_A_WEEK_LATER });
    expect(change.writes).toEqual([
      { create: change.result },
      { replace: { ...guard, version: 4, revision: 2 } },
      { replace: { ...upload, state: 'abandoned', updatedAt: MORE_THAN_A_WEEK_LATER, revision: 2 } },
    ]);
    expect(change.event.data).toEqual({ rootDigest, files: 2, bytes: 12, abandoned: 3 });
  });

  it('cannot be completed any more', () => {
    const late = anOccasion({ now: MORE_THAN_A_WEEK_LATER });
    expect(() => complete(aModel(), upload, late)).toThrow(expect.objectContaining({ code: 'version.abandoned' }));
    expect(() => complete(aModel(), { ...upload, state: 'abandoned' }, anOccasion())).toThrow(
      expect.objectContaining({ code: 'version.abandoned' }),
    );
  });
});

describe('a version that is deleted while its files are registered again', () => {
  it('is not what is resumed: the guard that was read has to be there still', () => {
    const deleted = anUpload({ artifact, state: 'deleted' });
    const change = decided(registerFiles(aModel(), aRegistration(), files, taken(deleted), anOccasion()));

    expect(change.writes).toEqual([{ create: change.result }, { replace: { ...guard, version: 4, revision: 2 } }]);
    expect(change.event.data).not.toHaveProperty('abandoned');
  });

  it('is not completed', () => {
    expect(() => complete(aModel(), anUpload({ state: 'deleted' }), anOccasion())).toThrow(
      expect.objectContaining({ code: 'version.abandoned' }),
    );
  });
});

describe('registering files that are kept elsewhere', () => {
  it('makes a version that is complete at once, without a digest', () => {
    const change = decided(registerExternal(aModel(), aRegistration(), 's3://bucket/key', anOccasion()));

    expect(change.result).toEqual(
      aVersion({
        number: 4,
        source: 's3://bucket/key',
        artifact: undefined,
        createdAt: NOW,
        updatedAt: NOW,
        completedAt: NOW,
      }),
    );
    expect(change.writes).toEqual([{ create: change.result }]);
    expect(headOf(change)).toMatchObject({ nextVersion: 5, revision: 8 });
    expect(change.event).toMatchObject({ type: 'version.registered', version: 4, data: { source: 's3://bucket/key' } });
  });
});

describe('completing a version', () => {
  it('makes it complete for good, and tells its digest', () => {
    const change = decided(complete(aModel(), anUpload({ artifact }), anOccasion()));

    const completed = aVersion({
      artifact,
      completedAt: NOW,
      completedBy: { principal: ANN },
      updatedAt: NOW,
      revision: 2,
    });
    expect(change.result).toEqual(completed);
    expect(change.writes).toEqual([{ replace: completed }]);
    expect(headOf(change)).toEqual(aModel({ lastAt: NOW, updatedAt: NOW, revision: 8 }));
    expect(change.event).toEqual({
      type: 'version.completed',
      version: 3,
      actor: { principal: ANN },
      data: { rootDigest },
    });
  });

  it('changes nothing when it is complete', () => {
    expect(complete(aModel(), aVersion(), anOccasion())).toEqual({ result: aVersion() });
  });
});

describe('what a caller says of a version', () => {
  it('is kept without what else is in the request', () => {
    const { needs: _, ...said } = aRegistration({ description: 'x' });
    expect(registrationOf({ ...said, dependsOn: [], ...{ force: true } })).toEqual(said);
  });

  it('is refused when it is too large, before anything is read or written', () => {
    const tags = Object.fromEntries(Array.from({ length: 14 }, (_, n) => [`tag ${n}`, 'x'.repeat(5_000)]));
    expect(() => registrationOf({ ...aRegistration({ tags }), dependsOn: [] })).toThrow(
      expect.objectContaining({ code: 'request.invalid', issues: [expect.objectContaining({ field: 'tags' })] }),
    );
  });
});

it('references to the bytes of a version are one for each different file', () => {
  const twice = filesOf([
    aFile({ path: 'a', sha256: aDigest('x') }),
    aFile({ path: 'b', sha256: aDigest('y') }),
    aFile({ path: 'c', sha256: aDigest('x') }),
  ]);
  const { tenant, id } = aModel();

  expect(referencesOf(aModel(), twice)).toEqual(
    ['x', 'y'].map((bytes) => ({
      kind: 'reference',
      tenant,
      sha256: aDigest(bytes),
      model: id,
      rootDigest: twice.rootDigest,
    })),
  );
});
