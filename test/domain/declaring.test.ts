import { describe, expect, it } from 'vitest';
import { declare, keepEarlier, withCard } from '../../shared/domain/declaring.ts';
import { registerExternal } from '../../shared/domain/registration.ts';
import { AT, aModel, aNumber, anOccasion, aVersion, NOW } from '../support/builders.ts';

const card = { intendedUse: 'Flags payments.' };
const occasion = anOccasion();
const needed = { model: aModel().id, version: aNumber(1) };

describe('declaring what a version is', () => {
  it('is one change with its notes', () => {
    const change = declare(aModel(), aVersion(), { needs: [needed] }, { tags: { depends_on: 'x:1' } }, occasion);

    expect(change).toMatchObject({
      result: { needs: [needed], tags: { depends_on: 'x:1' }, updatedAt: NOW },
      event: { type: 'version.updated', data: { fields: ['tags', 'dependsOn'] } },
    });
  });

  it('is told as a change of the card where there is one', () => {
    const change = declare(aModel(), aVersion(), { card }, { tags: { model_card: '{}' } }, occasion);

    expect(change).toMatchObject({
      result: { evidence: { card: { revision: 1, fields: ['intendedUse'] } } },
      writes: [{ replace: { number: 3 } }, { create: { kind: 'card', content: card, revision: 1 } }],
      event: { type: 'card.changed', data: { cardRevision: 1, fields: ['tags'] } },
    });
  });

  it('changes nothing where it is so already', () => {
    expect(declare(aModel(), aVersion({ needs: [needed] }), { needs: [needed] }, {}, occasion).head).toBeUndefined();
  });

  it.each([
    ['is in staging', { stage: 'staging' }],
    ['came back from a stage', { stageAt: AT }],
  ] as const)('is refused once a version %s', (_, over) => {
    expect(() => declare(aModel(), aVersion(over), { card }, {}, occasion)).toThrow(
      expect.objectContaining({ code: 'request.invalid', issues: [{ field: 'tags', message: expect.any(String) }] }),
    );
  });
});

describe('what a version needs', () => {
  it('was registered before it, so that nothing comes to need itself', () => {
    const version = aVersion({ createdAt: NOW });

    expect(() => keepEarlier(version, [aVersion({ createdAt: AT })])).not.toThrow();
    expect(() => keepEarlier(version, [aVersion({ createdAt: NOW })])).toThrow(
      expect.objectContaining({ code: 'dependency.not_found' }),
    );
  });
});

describe('a registration with a card', () => {
  it('writes both, and the version knows its card', () => {
    const said = { description: '', tags: {}, metrics: {}, lineage: { datasets: [] }, needs: [] };
    const change = withCard(aModel(), registerExternal(aModel(), said, 's3://bucket/key', occasion), card, occasion);

    expect(change).toMatchObject({
      result: { evidence: { card: { revision: 1 } } },
      writes: [{ create: { kind: 'version', evidence: { card: { revision: 1 } } } }, { create: { kind: 'card' } }],
      event: { type: 'version.registered' },
    });
  });
});
