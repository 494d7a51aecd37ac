import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { urlTrouble } from '../../shared/domain/webhook-url.ts';
import { isPublic } from '../../shared/webhooks/address.ts';
import { httpSender } from '../../shared/webhooks/sender.ts';
import { aNetwork, httpServer, tcpServer } from './loopback.ts';

const NOBODY: ReadonlySet<string> = new Set();
const now = () => new Date('2026-03-04T05:06:07.890Z');

/** Addresses of every special range of IANA's registries, in IPv4 and IPv6, with those that have another inside. */
const FORBIDDEN: readonly (readonly [what: string, address: string])[] = [
  ['this host', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['private 10/8', '10.0.0.1'],
  ['private 10/8, its end', '10.255.255.255'],
  ['carrier-grade NAT', '100.64.0.1'],
  ["Alibaba's metadata", '100.100.100.200'],
  ['loopback', '127.0.0.1'],
  ['loopback, its end', '127.255.255.254'],
  ['link-local', '169.254.0.1'],
  ['metadata of the cloud', '169.254.169.254'],
  ["the task's credentials", '169.254.170.2'],
  ['private 172.16/12', '172.16.0.1'],
  ['private 172.16/12, its end', '172.31.255.255'],
  ['protocol assignments', '192.0.0.1'],
  ['NAT64 discovery', '192.0.0.170'],
  ['documentation 1', '192.0.2.1'],
  ['AS112', '192.31.196.1'],
  ['AMT', '192.52.193.1'],
  ['6to4 relay', '192.88.99.1'],
  ['private 192.168/16', '192.168.1.1'],
  ['AS112, direct', '192.175.48.1'],
  ['benchmarking', '198.18.0.1'],
  ['documentation 2', '198.51.100.1'],
  ['documentation 3', '203.0.113.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ["Azure's host", '168.63.129.16'],
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['mapped loopback', '::ffff:127.0.0.1'],
  ['mapped metadata', '::ffff:a9fe:a9fe'],
  ['mapped private', '::ffff:10.0.0.1'],
  ['compatible loopback', '::127.0.0.1'],
  ['translated', '::ffff:0:127.0.0.1'],
  ['NAT64 of metadata', '64:ff9b::a9fe:a9fe'],
  ['NAT64 of loopback', '64:ff9b::7f00:1'],
  ['local NAT64', '64:ff9b:1::1'],
  ['discard', '100::1'],
  ['Teredo', '2001::1'],
  ['benchmarking', '2001:2::1'],
  ['AMT', '2001:3::1'],
  ['AS112', '2001:4:112::1'],
  ['ORCHID', '2001:10::1'],
  ['ORCHIDv2', '2001:20::1'],
  ['drone remote id', '2001:30::1'],
  ['documentation', '2001:db8::1'],
  ['6to4 of metadata', '2002:a9fe:a9fe::'],
  ['6to4 of loopback', '2002:7f00:1::'],
  ['AS112, direct', '2620:4f:8000::1'],
  ['documentation 2', '3fff::1'],
  ['segment routing', '5f00::1'],
  ['what is nobody’s yet', '4000::1'],
  ['unique local', 'fc00::1'],
  ['metadata of the cloud', 'fd00:ec2::254'],
  ['link-local', 'fe80::1'],
  ['link-local of an interface', 'fe80::1%eth0'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
];

/** What is refused as it is written, whatever it leads to. */
const MALFORMED: readonly (readonly [what: string, url: string])[] = [
  ['http', 'http://receiver.example/'],
  ['another scheme', 'ftp://receiver.example/'],
  ['a file', 'file:///etc/passwd'],
  ['no scheme', 'receiver.example/hook'],
  ['a script', 'javascript:alert(1)'],
  ['an IPv4 address', 'https://127.0.0.1/'],
  ['a short IPv4 address', 'https://127.1/'],
  ['a decimal IPv4 address', 'https://2130706433/'],
  ['a hexadecimal IPv4 address', 'https://0x7f000001/'],
  ['a mixed IPv4 address', 'https://0x7f.1/'],
  ['an octal IPv4 address', 'https://0177.0.0.1/'],
  ['zero', 'https://0/'],
  ['full-width digits', 'https://１２７.０.０.１/'],
  ['full-width dots', 'https://127。0。0。1/'],
  ['a percent-encoded address', 'https://%31%32%37.0.0.1/'],
  ['an address with a dot behind', 'https://127.0.0.1./'],
  ['a public address', 'https://93.184.216.34/'],
  ['an IPv6 address', 'https://[::1]/'],
  ['a mapped IPv6 address', 'https://[::ffff:169.254.169.254]/'],
  ['a name without a dot', 'https://localhost/'],
  ['a name without a dot but one behind', 'https://localhost./'],
  ['a user', 'https://user@receiver.example/'],
  ['a user that looks like a host', 'https://receiver.example@169.254.169.254.nip.example:443/'],
  ['a password', 'https://:secret@receiver.example/'],
  ['another port', 'https://receiver.example:22/'],
  ['a port of a database', 'https://receiver.example:5432/'],
  ['the port of http', 'https://receiver.example:80/'],
  ['a fragment', 'https://receiver.example/#x'],
  ['an empty fragment', 'https://receiver.example/#'],
  ['a header behind the path', 'https://receiver.example/\r\nx-evil: 1'],
  ['a header in the host', 'https://receiver.example\r\nx-evil: 1/'],
  ['a tab', 'https://receiver.ex\tample/'],
  ['a space before', ' https://receiver.example/'],
  ['a zero byte', 'https://receiver.example/\u0000'],
];

/** Sends to a URL over a network, and tells how it ended and whom it connected to. */
async function sent(url: string, names: Readonly<Record<string, readonly string[]>>) {
  const { network, connections, resolved } = aNetwork(names);
  const sender = httpSender({ trustedOrigins: NOBODY, now, network, secondsMax: 1 });
  const outcome = await sender.send({ url, headers: {}, body: '{}' });
  return { outcome, connections, resolved };
}

describe('W5: no event is sent to an address near the registry', () => {
  it('has at least 80 cases', () => {
    expect(FORBIDDEN.length + MALFORMED.length).toBeGreaterThanOrEqual(80);
  });

  it.each(FORBIDDEN)('W5: connects to nobody for a name that leads to %s: %s', async (_, address) => {
    const { outcome, connections } = await sent('https://receiver.example/', { 'receiver.example': [address] });

    expect(isPublic(address)).toBe(false);
    expect(connections).toEqual([]);
    expect(outcome).toMatchObject({ error: 'the name leads to no public address' });
  });

  it.each(FORBIDDEN)(
    'W5: connects to nobody for a name that leads to %s beside a public address: %s',
    async (_, one) => {
      const names = { 'receiver.example': ['93.184.216.34', one] };
      const { connections, outcome } = await sent('https://receiver.example/', names);

      expect(connections).toEqual([]);
      expect(outcome).not.toHaveProperty('status');
    },
  );

  it.each(MALFORMED)('W5: takes no webhook with %s', (_, url) => {
    expect(urlTrouble(url, NOBODY)).toMatch(/^expected /);
  });

  it.each([
    'https://receiver.example/',
    'https://receiver.example:8443/hook?key=1',
    'https://receiver.example:443/',
    'https://empfänger.example/',
    'https://a.b.c.receiver.example./x',
    `https://receiver.example/${'x'.repeat(1_000)}`,
  ])('takes %s', (url) => {
    expect(urlTrouble(url, NOBODY)).toBeUndefined();
  });

  it('W5: a name that is rebound is looked up once: what the second look-up would find is never asked', async () => {
    const answers = [['93.184.216.34'], ['127.0.0.1']];
    const { network, connections } = aNetwork(
      {},
      { resolve: async () => answers.shift() ?? [], connect: (address) => closedAt(address) },
    );
    const asked: string[] = [];
    const closedAt = (address: string) => {
      asked.push(address);
      return connect({ host: '127.0.0.1', port: 1 });
    };
    const sender = httpSender({ trustedOrigins: NOBODY, now, network, secondsMax: 1 });
    await sender.send({ url: 'https://receiver.example/', headers: {}, body: '{}' });

    expect(asked).toEqual(['93.184.216.34']);
    expect(answers).toEqual([['127.0.0.1']]);
    expect(connections).toEqual([]);
  });

  it('W5: a connection that ended elsewhere than it was begun is closed before a byte is sent', async () => {
    let bytes = 0;
    const port = await tcpServer((socket) => socket.on('data', (data) => (bytes += data.length)));
    const { network } = aNetwork(
      { 'receiver.example': ['93.184.216.34'] },
      { connect: () => connect({ host: '127.0.0.1', port }) },
    );
    const sender = httpSender({ trustedOrigins: NOBODY, now, network, secondsMax: 1 });
    const outcome = await sender.send({ url: 'https://receiver.example/', headers: {}, body: '{}' });

    expect(outcome).toMatchObject({ error: 'the name leads to no public address' });
    expect(bytes).toBe(0);
  });

  it.each([301, 302, 303, 307, 308])('W5: a redirect with %i to this machine is not followed', async (status) => {
    let followed = 0;
    const inner = await httpServer((_, response) => {
      followed += 1;
      response.end();
    });
    const outer = await httpServer((_, response) =>
      response.writeHead(status, { location: `http://127.0.0.1:${inner}/` }).end(),
    );
    const origin = `http://127.0.0.1:${outer}`;
    const sender = httpSender({ trustedOrigins: new Set([origin]), now });
    const outcome = await sender.send({ url: origin, headers: {}, body: '{}' });

    expect(outcome).toMatchObject({ status, error: 'redirects are not followed' });
    expect(followed).toBe(0);
  });

  it('W5: an origin that is trusted does not make another one so, on the same machine', async () => {
    const port = await httpServer((_, response) => response.end());
    const { network, connections } = aNetwork({ '127.0.0.1': ['127.0.0.1'], localhost: ['127.0.0.1'] });
    const sender = httpSender({ trustedOrigins: new Set([`http://127.0.0.1:${port}`]), now, network });
    const outcome = await sender.send({ url: `http://localhost:${port}/`, headers: {}, body: '{}' });

    expect(outcome).not.toHaveProperty('status');
    expect(connections).toEqual([]);
  });

  it('tells no name that leads near the registry from one that leads nowhere', async () => {
    const near = await sent('https://db.internal.example/', { 'db.internal.example': ['10.0.0.7'] });
    const nowhere = await sent('https://none.internal.example/', {});

    expect(near.outcome.error).toBe(nowhere.outcome.error);
  });
});
