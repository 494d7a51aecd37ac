import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Stage } from '../../infra/config/config.ts';
import { stage as prod } from '../../infra/config/prod.ts';
import { stage as test } from '../../infra/config/test.ts';
import { suppressions } from '../../infra/nag-suppressions.ts';
import { synthesised } from '../../infra/released/synthesised.ts';
import { programsOf } from './python.ts';

/** What a checker says of a resource, by the logical id that it has in the template. */
interface Finding {
  readonly rule: string;
  readonly resource: string;
}

interface Checker {
  readonly name: string;
  /** The rules that are its own. */
  readonly rules: RegExp;
  readonly check: (template: string) => Promise<Finding[]>;
}

const programs = await programsOf('checkers', 'checkers-requirements.txt', ['cfn-lint', 'checkov']);
const checkers: readonly Checker[] = [
  {
    name: 'cfn-lint',
    rules: /^[EWI]\d{4}$/,
    check: async (template) => {
      const found: { Rule: { Id: string }; Location: { Path: [section: string, resource: string] } }[] = JSON.parse(
        await outputOf(programs['cfn-lint'], template, '--format', 'json'),
      );
      return found.map(({ Rule, Location }) => ({ rule: Rule.Id, resource: Location.Path[1] }));
    },
  },
  {
    name: 'checkov',
    rules: /^CKV/,
    check: async (template) => {
      const options = ['--framework', 'cloudformation', '--skip-download', '--quiet', '--compact', '-o', 'json'];
      const { results }: { results: { failed_checks: { check_id: string; resource: string }[] } } = JSON.parse(
        await outputOf(programs.checkov, '-f', template, ...options),
      );
      // `AWS::S3::Bucket.StorageArtifacts08431D1F`
      return results.failed_checks.map(({ check_id, resource }) => ({
        rule: check_id,
        resource: resource.split('.')[1] ?? resource,
      }));
    },
  },
];

/** What a program printed: that it found something is told by its status too, and is no failure of the program. */
const outputOf = (program: string, ...args: string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) => {
      if (stdout.trim() !== '') resolve(stdout);
      else reject(new Error(`${program} printed nothing:\n${stderr}`, { cause: error }));
    });
  });

const isExplained = ({ rule, resource }: Finding): boolean =>
  suppressions.some(
    ({ rules, at }) => rules.includes(rule) && at.some((place) => resource.startsWith(place.replaceAll('/', ''))),
  );

const folder = await mkdtemp(path.join(tmpdir(), 'signet-templates-'));
afterAll(() => rm(folder, { recursive: true }));

const stages: readonly (readonly [string, Stage])[] = [
  // What an emulator needs besides (a bucket that takes http) never reaches AWS.
  ['test', { ...test, isEmulated: false, trustedOrigins: [] }],
  ['prod', { ...prod, deploymentAdmins: ['aws:111122223333:role/Platform'] }],
];
const templates = new Map<string, string>();
for (const [name, stage] of stages) {
  const file = path.join(folder, `${name}.template.json`);
  await writeFile(file, JSON.stringify(synthesised(stage)));
  templates.set(name, file);
}

describe.each(checkers)('$name', ({ rules, check }) => {
  it.each([...templates])('finds nothing in the template of the stage %s that is not explained', async (_, file) => {
    const findings = await check(file);

    expect(findings.length).toBeGreaterThan(0);
    expect(findings.filter((finding) => !isExplained(finding))).toEqual([]);
    expect(
      suppressions
        .flatMap((one) => one.rules.filter((rule) => rules.test(rule)))
        .filter((rule) => !findings.some((finding) => finding.rule === rule)),
    ).toEqual([]);
  });

  it('finds what is wrong in a template that is wrong', async () => {
    const file = path.join(folder, 'wrong.template.json');
    const Open = { Type: 'AWS::S3::Bucket', Properties: { AccessControl: 'PublicRead', Nonsense: true } };
    await writeFile(file, JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', Resources: { Open } }));

    const findings = await check(file);

    expect(findings.filter((finding) => !isExplained(finding)).map(({ resource }) => resource)).toContain('Open');
  });
});
