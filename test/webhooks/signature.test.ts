import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { sealedSecrets } from '../../shared/webhooks/secrets.ts';
import { signatureOf } from '../../shared/webhooks/sign.ts';

const secrets = sealedSecrets(new Uint8Array(32).fill(1));
const owner = { tenant: 'acme', id: '01JNF4YVQ4R9S8T7V6W5X4Y3Z4' } as Parameters<typeof secrets.fresh>[0];
const aSecret = () => secrets.open(secrets.fresh(owner).sealed, owner);

/** What receivers in other languages verify in their own tests: JavaScript, Go, Python, Ruby, Java and Rust have this one. */
const VECTOR = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: new Date(1_614_265_330_000),
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};

/** A receiver, who has one secret. */
const accepts = (secret: string, body: string, headers: Record<string, string>): boolean => {
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false } as never);
    return true;
  } catch {
    return false;
  }
};

const id = fc.stringMatching(/^evt_[0-9a-f]{32}$/);
const body = fc.oneof(
  fc.constant(''),
  fc.string({ unit: 'grapheme', maxLength: 2_000 }),
  fc.json(),
  fc.constant('ß'.repeat(10_000)),
);

describe('signatures of Standard Webhooks', () => {
  it('are those that its libraries in other languages are tested with', () => {
    const { secret, signature, ...message } = VECTOR;

    expect(signatureOf([secret], message)).toEqual({
      'webhook-id': message.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': signature,
    });
  });

  it('are what the specification says: HMAC-SHA-256 of id, time and body under the bytes of the secret', () => {
    fc.assert(
      fc.property(id, body, (id, body) => {
        const [secret, at] = [aSecret(), new Date()];
        const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
        const text = `${id}.${Math.floor(at.getTime() / 1_000)}.${body}`;
        const signature = createHmac('sha256', key).update(text).digest('base64');

        expect(key.length).toBeGreaterThanOrEqual(24);
        expect(key.length).toBeLessThanOrEqual(64);
        expect(signatureOf([secret], { id, at, body })['webhook-signature']).toBe(`v1,${signature}`);
      }),
      { numRuns: 100 },
    );
  });

  it('W1: 1,000 messages of any text, of nothing and of 20 KB are verified, and none of which one bit is another', () => {
    const secret = aSecret();
    fc.assert(
      fc.property(id, body, fc.nat(), fc.constantFrom('id', 'time', 'body', 'signature'), (id, body, at, what) => {
        const headers = signatureOf([secret], { id, at: new Date(), body });
        expect(accepts(secret, body, headers)).toBe(true);

        const changed = {
          'webhook-id': what === 'id' ? flipped(id, at) : id,
          'webhook-timestamp':
            what === 'time' ? flipped(headers['webhook-timestamp'], at) : headers['webhook-timestamp'],
          'webhook-signature':
            what === 'signature'
              ? `v1,${flipped(headers['webhook-signature'].slice(3), at)}`
              : headers['webhook-signature'],
        };
        const text = what === 'body' && body !== '' ? flipped(body, at) : body;
        if (what === 'body' && body === '') return;
        expect(accepts(secret, text, changed)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('W6: while there are two secrets, a receiver that has either one accepts every message', () => {
    fc.assert(
      fc.property(id, body, (id, body) => {
        const [former, next, other] = [aSecret(), aSecret(), aSecret()];
        const headers = signatureOf([next, former], { id, at: new Date(), body });

        expect([former, next, other].map((secret) => accepts(secret, body, headers))).toEqual([true, true, false]);
      }),
      { numRuns: 100 },
    );
  });

  it('W9: takes less than a millisecond of a processor for a message of 20 KB', () => {
    const secret = aSecret();
    const sign = () => signatureOf([secret], { id: VECTOR.id, at: new Date(), body: 'x'.repeat(20_000) });
    for (let warm = 0; warm < 100; warm += 1) sign();
    const begun = process.cpuUsage();
    for (let n = 0; n < 200; n += 1) sign();
    const { user, system } = process.cpuUsage(begun);

    expect((user + system) / 200 / 1_000).toBeLessThan(1);
  });
});

/** A text of which one bit of one ASCII character is another: never one that the parser of numbers would pass over. */
function flipped(text: string, at: number): string {
  const place = at % text.length;
  const code = text.charCodeAt(place);
  return text.slice(0, place) + String.fromCharCode(code ^ 1) + text.slice(place + 1);
}

describe('the secret of a webhook', () => {
  it('is another each time, and opens for its webhook alone', () => {
    const { sealed, endsWith } = secrets.fresh(owner);

    expect(secrets.open(sealed, owner)).toMatch(/^whsec_[A-Za-z0-9+/]{48}$/);
    expect(secrets.open(sealed, owner).endsWith(endsWith)).toBe(true);
    expect(aSecret()).not.toBe(aSecret());
    for (const other of [
      { ...owner, tenant: 'globex' as never },
      { ...owner, id: '01JNF4YVQ4R9S8T7V6W5X4Y3Z5' as never },
    ]) {
      expect(() => secrets.open(sealed, other)).toThrow('cannot be opened');
    }
  });

  it('opens under its key alone, and not when a bit of it is another', () => {
    const { sealed } = secrets.fresh(owner);

    expect(() => sealedSecrets(new Uint8Array(32).fill(2)).open(sealed, owner)).toThrow('cannot be opened');
    expect(() => secrets.open(`${sealed.slice(0, -2)}AA`, owner)).toThrow('cannot be opened');
    expect(() => secrets.open('v1.', owner)).toThrow('cannot be opened');
    expect(() => secrets.open(sealed.slice(3), owner)).toThrow('cannot be opened');
  });
});
