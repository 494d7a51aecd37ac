import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { afterAll, describe, expect, it } from 'vitest';
import { costOfMix } from '../../docs/costs-page.ts';
import { checked } from '../../infra/config/config.ts';
import metadata from '../../package.json' with { type: 'json' };

/** Whose credentials they are, by an STS that says the same to everyone, and how often it was asked. */
const sts = { asked: 0, account: '111122223333' };
const server = createServer((request, response) => {
  sts.asked += 1;
  request.resume();
  response.setHeader('content-type', 'text/xml').end(`<GetCallerIdentityResponse><GetCallerIdentityResult>
    <Arn>arn:aws:iam::${sts.account}:user/ann</Arn><Account>${sts.account}</Account>
  </GetCallerIdentityResult></GetCallerIdentityResponse>`);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => server.close());

const WITH_KEYS = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };

/** Runs `npm run deploy` for someone with nothing in the environment but this. */
async function deploy(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const file = fileURLToPath(import.meta.resolve('../../infra/deploy.ts'));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], {
    env: {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nowhere',
      AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await exited;
  return { code, out, errors };
}

describe('npm run deploy', () => {
  it.each<[string, string[], string]>([
    ['no stage', [], 'deploy: Which stage? For example: npm run deploy -- --stage prod\n'],
    ['a stage that is not there', ['--stage', 'pro'], 'deploy: There is no stage pro: infra/config/ has prod, test.\n'],
    [
      'a stage that is a path',
      ['--stage', '../config/prod'],
      'deploy: There is no stage ../config/prod: infra/config/ has prod, test.\n',
    ],
    ['an unknown option', ['--stag', 'prod'], "deploy: Unknown option '--stag'. See npm run deploy -- --help\n"],
  ])('refuses %s in one line, and asks AWS nothing', async (_, args, errors) => {
    sts.asked = 0;

    expect(await deploy(args, WITH_KEYS)).toEqual({ code: 1, out: '', errors });
    expect(sts.asked).toBe(0);
  });

  it('names what a stage lacks that is not filled in', async () => {
    const { code, errors } = await deploy(['--stage', 'prod'], WITH_KEYS);

    expect(code).toBe(1);
    expect(errors).toMatch(/^deploy: infra\/config\/prod\.ts is not as it has to be:\n {2}deploymentAdmins: /);
  });

  it('refuses whoever has no credentials in one line', async () => {
    const { code, errors } = await deploy(['--stage', 'test']);

    expect(code).toBe(1);
    expect(errors).toMatch(/^deploy: AWS does not know who you are \(.+\): sign in, or choose .* AWS_PROFILE\.\n$/);
  });

  it('refuses credentials of another account than that of the stage', async () => {
    expect(await deploy(['--stage', 'test'], WITH_KEYS)).toEqual({
      code: 1,
      out: '',
      errors:
        'deploy: The stage test is for account 000000000000, and you are arn:aws:iam::111122223333:user/ann: choose with AWS_PROFILE.\n',
    });
  });

  it('explains itself without asking AWS', async () => {
    sts.asked = 0;
    const { code, out, errors } = await deploy(['--help'], WITH_KEYS);

    expect([code, errors, sts.asked]).toEqual([0, '', 0]);
    expect(out).toContain('npm run deploy -- --stage NAME');
  });
});

const pageOf = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const page = pageOf('deploy.md');

const found = (pattern: RegExp): string[][] => [...page.matchAll(pattern)].map(([, ...groups]) => groups);

describe('docs/deploy.md', () => {
  it.each(found(/\]\((?!https:)([^)#]*)(?:#([^)]*))?\)/g))(
    'links to something that is there: %s#%s',
    (file, anchor) => {
      const target = new URL(file === '' ? 'deploy.md' : (file ?? ''), new URL('../../docs/', import.meta.url));
      expect(existsSync(target)).toBe(true);
      if (anchor === undefined) return;
      expect(headingsOf(readFileSync(target, 'utf8'))).toContain(anchor);
    },
  );

  it('names scripts of package.json', () => {
    const named = found(/npm run ([\w:]+)/g).map(([script]) => script);

    expect(named.length).toBeGreaterThan(3);
    expect(Object.keys(metadata.scripts)).toEqual(expect.arrayContaining(named));
  });

  it('names commands of the command line, with options that they have', () => {
    const reference = pageOf('cli.md');
    const [general = '', ...sections] = reference.split('\n### signet ');
    const calls = found(/npx signet ([^\n`]+)/g).map(([call = '']) => call);

    expect(calls.length).toBeGreaterThan(8);
    for (const call of calls) {
      const section = sections.find((one) => call.startsWith(one.slice(0, one.indexOf('\n'))));
      expect(section, `signet ${call}`).toBeDefined();
      for (const [, option] of call.matchAll(/ (--?[a-z-]+)/g)) {
        expect(`${general}${section}`, `signet ${call}`).toMatch(new RegExp(`\`(.*, )?${option}[ ,\`]`));
      }
    }
  });

  it('is linked to where it is, by what a deployment says at its end', () => {
    const source = readFileSync(new URL('../../infra/deploy.ts', import.meta.url), 'utf8');
    const [, anchor] = /docs\/deploy\.md#([\w-]+)/.exec(source) ?? [];

    expect(headingsOf(page)).toContain(anchor);
  });

  it('shows a stage that is one, and says where to', () => {
    const [[literal] = []] = found(/export const stage: Stage = (\{.*?\n\});/gs);
    const stage = new Function('RetentionDays', `return ${literal};`)(RetentionDays);

    expect(checked('shown', stage)).toMatchObject({ account: '111122223333', region: 'eu-west-1' });
  });
});

/** The anchors that GitHub gives to the headings of a page. */
const headingsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

describe('docs/costs.md', () => {
  it('reckons at most $7.50 for a usual million of calls', () => {
    expect(costOfMix()).toBeLessThanOrEqual(7.5);
  });
});
