import { describe, expect, it } from 'vitest';
import { details, styled, table, visible } from '../../cli/render.ts';
import type { Output } from '../../cli/world.ts';

const plain = (_: string, text: string) => text;

describe('a table', () => {
  it('lines up, also where letters are wide or combined', () => {
    const rows = [
      ['不正検知', '1'],
      ['u\u0308ber', '2'],
      ['iris', '3'],
    ];
    expect(table(['MODEL', 'N'], rows, plain)).toBe(
      ['MODEL     N', '不正検知  1', 'u\u0308ber      2', 'iris      3'].join('\n'),
    );
  });

  it('says so when there is nothing in it', () => {
    expect(table(['MODEL'], [], plain)).toBe('None.');
  });
});

describe('details', () => {
  it('show what there is, unfold what is large, and leave out what is empty', () => {
    const thing = {
      name: 'iris',
      description: '',
      tags: {},
      aliases: { champion: 2 },
      production: [2],
      lineage: { datasets: [] },
      artifact: { rootDigest: 'f'.repeat(64), files: 1 },
      tenants: [{ tenant: 'acme', roles: [{ role: 'admin', models: '*' }] }],
    };
    expect(details(thing, plain)).toBe(
      [
        'name        iris',
        'aliases     champion=2',
        'production  2',
        'artifact',
        `  rootDigest  ${'f'.repeat(64)}`,
        '  files       1',
        'tenants',
        '  - tenant  acme',
        '    roles',
        '      - role=admin models=*',
      ].join('\n'),
    );
  });

  it('keep the lines of a text together', () => {
    expect(details({ model: 'iris', description: 'One.\nTwo.' }, plain)).toBe(
      'model        iris\ndescription  One.\n             Two.',
    );
  });
});

describe('text that others wrote', () => {
  it.each([
    ['\u001b[2Jgone', '\\u001b[2Jgone'],
    ['\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
    ['over\rwritten', 'over\\u000dwritten'],
    ['\u009b31mred', '\\u009b31mred'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['a\tb', 'a  b'],
    ['ünï ✓ 不正\n', 'ünï ✓ 不正\n'],
  ])('%j cannot play with the terminal', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });
});

describe('colours', () => {
  const terminal = { isTTY: true } as Output;

  it('appear on a terminal', () => {
    expect(styled(terminal, {})('red', 'no')).toBe('\u001b[31mno\u001b[39m');
  });

  it.each([
    ['elsewhere', {} as Output, {}],
    ['with NO_COLOR', terminal, { NO_COLOR: '1' }],
    ['on a dumb terminal', terminal, { TERM: 'dumb' }],
  ])('do not appear %s', (_, output, env) => {
    expect(styled(output, env)('red', 'no')).toBe('no');
  });
});
