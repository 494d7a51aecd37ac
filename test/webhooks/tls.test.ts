import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { httpSender } from '../../shared/webhooks/sender.ts';
import { LOCALHOST } from './certificate.ts';
import { aNetwork, httpsServer } from './loopback.ts';

const now = () => new Date();
const port = await httpsServer(LOCALHOST, (_, response) => response.end());
const variable = 'NODE_TLS_REJECT_UNAUTHORIZED';

afterEach(() => {
  delete process.env[variable];
});

/** Sends to a name that leads to the receiver of this test. */
function sendTo(host: string, ca?: string) {
  const origin = `https://${host}:${port}`;
  const { network } = aNetwork(
    { [host]: ['127.0.0.1'] },
    { connect: () => connect({ host: '127.0.0.1', port }), ...(ca !== undefined && { ca }) },
  );
  const sender = httpSender({ trustedOrigins: new Set([origin]), now, network, secondsMax: 5 });
  return sender.send({ url: origin, headers: {}, body: '{}' });
}

it('sends over TLS to whoever has the right certificate', async () => {
  expect(await sendTo('localhost', LOCALHOST.cert)).toMatchObject({ status: 200 });
});

it('sends nothing to whoever has the certificate of another name', async () => {
  expect(await sendTo('receiver.example', LOCALHOST.cert)).toMatchObject({
    error: 'the connection failed: ERR_TLS_CERT_ALTNAME_INVALID',
  });
});

it('sends nothing to whoever has a certificate that nobody vouches for, whatever the environment says', async () => {
  process.env[variable] = '0';

  expect(await sendTo('localhost')).toMatchObject({ error: 'the connection failed: DEPTH_ZERO_SELF_SIGNED_CERT' });
});
