import { describe, expect, it } from 'vitest';
import { Holding, heldBy, holdingOf } from '../../shared/domain/history.ts';
import { aModel, aNumber, anAlias, anOccasion, BEN, NOW } from '../support/builders.ts';

describe('who holds a stage or an alias', () => {
  it('is noted under the moment and the sequence of the event that tells of it', () => {
    const after = aModel({ lastAt: NOW, seq: 7 });
    const holding = holdingOf(after, { stage: 'production' }, [aNumber(2)], anOccasion({ by: BEN }));

    expect(holding).toEqual({
      kind: 'holding',
      tenant: 'acme',
      model: after.id,
      held: { stage: 'production' },
      versions: [2],
      at: NOW,
      seq: 8,
      actor: { principal: BEN },
    });
    expect(Holding.parse(JSON.parse(JSON.stringify(holding)))).toEqual(holding);
  });

  it('is asked for by the one that is given', () => {
    expect(heldBy({ stage: 'staging', alias: undefined })).toEqual({ stage: 'staging' });
    expect(heldBy({ stage: undefined, alias: anAlias('champion') })).toEqual({ alias: 'champion' });
  });

  it('cannot be asked of nothing', () => {
    expect(() => heldBy({})).toThrow();
  });
});
