import { describe, expect, it } from 'vitest';
import { createTenant, putMember, removeMember } from '../../shared/domain/tenant.ts';
import { ACME, ANN, AT, aMember, anOccasion, aTenant, BEN, decided, headOf, NOW } from '../support/builders.ts';

const admin = aMember({ principal: ANN, roles: [{ role: 'admin', models: '*' }] });

describe('creating a tenant', () => {
  const change = decided(createTenant(undefined, { tenant: ACME, name: 'Acme Bank', admin: BEN }, anOccasion()));

  it('begins its chain and its log, and makes the first admin, in one change', () => {
    expect(change.head).toEqual({
      create: expect.objectContaining({ kind: 'tenant', id: 'acme', admins: 1, seq: 0, lastAt: NOW, revision: 1 }),
    });
    expect(change.writes).toEqual([
      {
        create: {
          kind: 'member',
          tenant: 'acme',
          principal: BEN,
          roles: [{ role: 'admin', models: '*' }],
          addedAt: NOW,
          addedBy: ANN,
          revision: 1,
        },
      },
      { create: expect.objectContaining({ kind: 'log', tenant: 'acme', size: 0, checkpoint: 0, revision: 1 }) },
    ]);
  });

  it('refuses an id that a tenant has already', () => {
    const input = { tenant: ACME, name: 'Acme Bank', admin: BEN };
    expect(() => createTenant(aTenant(), input, anOccasion())).toThrow(
      expect.objectContaining({ code: 'tenant.exists', message: 'There is a tenant acme already.' }),
    );
  });

  it('tells who the first admin is', () => {
    expect(change.event).toEqual({
      type: 'tenant.created',
      actor: { principal: ANN },
      data: { name: 'Acme Bank', admin: BEN },
    });
  });
});

describe('giving a principal roles', () => {
  const roles = [{ role: 'reviewer' as const, models: '*' }];

  it('makes it a member', () => {
    const change = decided(putMember(aTenant(), undefined, { principal: BEN, roles }, anOccasion()));

    expect(change.writes).toEqual([
      { create: aMember({ principal: BEN, roles, addedAt: NOW, addedBy: ANN, revision: 1 }) },
    ]);
    expect(headOf(change)).toEqual(aTenant({ lastAt: NOW, revision: 2 }));
    expect(change.event).toMatchObject({ type: 'member.put', data: { principal: BEN, roles } });
  });

  it('replaces the roles that a member had, and keeps since when it is one', () => {
    const before = aMember({ revision: 4 });
    const change = decided(putMember(aTenant(), before, { principal: BEN, roles }, anOccasion({ by: BEN })));

    expect(change.writes).toEqual([{ replace: { ...before, roles, revision: 5 } }]);
    expect(change.result).toMatchObject({ addedAt: AT, addedBy: ANN });
  });

  it.each([
    ['makes another admin', aMember(), [{ role: 'admin' as const, models: '*' }], 3],
    ['takes an admin the role', admin, roles, 1],
    ['leaves an admin one', admin, [{ role: 'admin' as const, models: '*' }, ...roles], 2],
    ['does not count an admin of some models', aMember(), [{ role: 'admin' as const, models: 'fraud-*' }], 2],
  ])('keeps count of the admins of the whole tenant when it %s', (_, before, after, admins) => {
    const change = decided(
      putMember(aTenant({ admins: 2 }), before, { principal: before.principal, roles: after }, anOccasion()),
    );

    expect(headOf(change)).toMatchObject({ admins });
  });

  it('never takes the last admin the role', () => {
    const some = [{ role: 'admin' as const, models: 'fraud-*' }];
    expect(() => putMember(aTenant(), admin, { principal: ANN, roles: some }, anOccasion())).toThrow(
      expect.objectContaining({ code: 'member.last_admin' }),
    );
  });
});

describe('taking a principal out of the tenant', () => {
  it('removes the member that was read, and no other revision of it', () => {
    const member = aMember({ revision: 3 });
    const change = decided(removeMember(aTenant(), member, BEN, anOccasion()));

    expect(change.writes).toEqual([{ remove: member }]);
    expect(headOf(change)).toEqual(aTenant({ lastAt: NOW, revision: 2 }));
    expect(change.event).toMatchObject({ type: 'member.removed', data: { principal: BEN } });
  });

  it('is refused for whoever is no member', () => {
    expect(() => removeMember(aTenant(), undefined, BEN, anOccasion())).toThrow(
      expect.objectContaining({ code: 'member.not_found', message: `${BEN} is not a member.` }),
    );
  });

  it('leaves at least one admin', () => {
    expect(() => removeMember(aTenant({ admins: 1 }), admin, ANN, anOccasion())).toThrow(
      expect.objectContaining({ code: 'member.last_admin' }),
    );
    expect(headOf(decided(removeMember(aTenant({ admins: 2 }), admin, ANN, anOccasion())))).toMatchObject({
      admins: 1,
    });
  });
});
