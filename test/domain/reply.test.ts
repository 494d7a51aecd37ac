import { describe, expect, it } from 'vitest';
import { REPLY_SECONDS, Reply } from '../../shared/domain/reply.ts';
import { ACME, aDigest } from '../support/builders.ts';

const reply = {
  kind: 'reply',
  tenant: ACME,
  key: aDigest('principal|key'),
  request: aDigest('createModel|{}'),
  expiresAt: REPLY_SECONDS,
  revision: 1,
};

describe('what was answered under an Idempotency-Key', () => {
  it.each<[string, object]>([
    ['a result, whatever JSON it is', { result: { model: 'iris', tags: { a: null }, list: [1, 'x', true] } }],
    ['nothing', { result: null }],
    ['a refusal', { refusal: { code: 'model.full', detail: 'It is full.', issues: [{ field: 'a', message: 'b' }] } }],
  ])('is kept as it was: %s', (_, outcome) => {
    expect(Reply.parse(JSON.parse(JSON.stringify({ ...reply, outcome })))).toEqual({ ...reply, outcome });
  });

  it('is remembered for a day', () => {
    expect(REPLY_SECONDS).toBe(86_400);
  });
});
