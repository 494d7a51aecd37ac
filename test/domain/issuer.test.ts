import { expect, it } from 'vitest';
import { Issuer, spokenFor } from '../../shared/domain/issuer.ts';
import { Principal, principalFrom } from '../../shared/domain/principal.ts';

const issuer = {
  name: 'github',
  issuer: 'https://token.actions.githubusercontent.com',
  keys: 'https://token.actions.githubusercontent.com/.well-known/jwks',
  audience: 'signet',
  tenant: 'acme',
  rules: [{ claims: { repository: 'acme/*' }, subject: '{repository}' }],
};

it('an issuer is as it is written', () => {
  expect(Issuer.parse(issuer)).toEqual(issuer);
});

it.each([
  ['keys', { keys: 'http://keys.example/jwks' }],
  ['keys', { keys: 'https://user:secret@keys.example/jwks' }],
  ['keys', { keys: 'http://127.0.0.1.evil.example/jwks' }],
  ['keys', { keys: 'file:///etc/keys' }],
  ['rules', { rules: [] }],
  ['rules', { rules: [{ claims: {}, subject: 'everybody' }] }],
  ['rules', { rules: [{ claims: { sub: '*' }, subject: 'a:b' }] }],
  ['name', { name: 'git hub' }],
  ['tenant', { tenant: 'A' }],
  ['audience', { audience: '' }],
])('%s is refused where it is %o', (field, change) => {
  const { error } = Issuer.safeParse({ ...issuer, ...change });

  expect(error?.issues[0]?.path[0]).toBe(field);
});

const rules: Issuer['rules'] = [
  { claims: { repository: 'acme/*', ref: 'refs/heads/main' }, subject: '{repository}@main' },
  { claims: { email: '*@acme.example' }, subject: '{email}', roles: [{ role: 'reader', models: '*' }] },
];

it.each<[string, Record<string, unknown>, string | undefined]>([
  [
    'the first rule that fits',
    { repository: 'acme/a', ref: 'refs/heads/main', email: 'x@acme.example' },
    'acme/a@main',
  ],
  ['another one', { email: 'ann@acme.example' }, 'ann@acme.example'],
  ['none', { repository: 'acme/a', ref: 'refs/tags/main' }, undefined],
  ['a claim that is no text', { email: 7 }, undefined],
  ['a claim of all objects', { constructor: '*@acme.example' }, undefined],
  ['what no principal has in it', { email: 'a b@acme.example' }, undefined],
])('a token speaks for whom %s says', (_, claimed, subject) => {
  expect(spokenFor({ name: 'idp', rules }, claimed)?.principal).toBe(subject && `oidc:idp:${subject}`);
});

it('a value is put in as it is, and is no pattern', () => {
  const rule = [{ claims: { sub: '*' }, subject: '{sub}-{sub}' }];

  expect(spokenFor({ name: 'idp', rules: rule }, { sub: '$&' })).toBeUndefined();
  expect(spokenFor({ name: 'idp', rules: rule }, { sub: 'a' })?.principal).toBe('oidc:idp:a-a');
});

it('such a principal is written as it is, and is none of AWS', () => {
  const text = 'oidc:idp:Team/sso/Ann@Acme.example';

  expect(principalFrom(text)).toBe(text);
  expect(Principal.safeParse(text).success).toBe(true);
  for (const other of ['oidc:idp:', 'oidc::a', 'oidc:idp:a#b', 'oidc:idp:a:b', 'OIDC:idp:a']) {
    expect(Principal.safeParse(other).success, other).toBe(false);
  }
});
