import { describe } from 'vitest';
import { artifactsThatKeepThePromises } from './artifacts-promises.ts';
import { anS3ThatKeepsThePromises, type Gaps } from './s3-promises.ts';

/**
 * The same promises on any S3, AWS's own among them. It needs a bucket that may be written to, and
 *
 *     SIGNET_TEST_S3_ENDPOINT   such as https://s3.eu-west-1.amazonaws.com
 *     SIGNET_TEST_S3_BUCKET     the bucket; what is written there is under signet-test/, and swept at the end
 *     SIGNET_TEST_S3_IS         `ministack`, to leave out what MiniStack is known not to do
 *     AWS_REGION                the region of the bucket
 *     AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, where they are temporary, AWS_SESSION_TOKEN
 */
const {
  SIGNET_TEST_S3_ENDPOINT: endpoint,
  SIGNET_TEST_S3_BUCKET: bucket = '',
  SIGNET_TEST_S3_IS: kind = '',
} = process.env;
const { AWS_REGION: region = '', AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY = '' } = process.env;
const { AWS_SESSION_TOKEN: sessionToken } = process.env;

/** MiniStack 1.5.33, started with `AUTH=true`. */
const ministack: Gaps = {
  'refuses an x-amz header that was not signed': 'it looks at the signed headers alone',
  'is refused with a known key and another secret, in a URL or a header': 'it verifies signatures in URLs alone',
  'is refused when its body is not the one that was signed': 'it does not compare x-amz-content-sha256',
  'is refused when it names parts out of order, and may be tried again': 'it sorts the parts',
  'is refused without the checksums of its parts': 'it does not ask for them',
  'is refused when a part but the last is smaller than 5 MB': 'it takes parts of any size',
  'refuses to come without a checksum': 'it does not ask for one',
};

describe.skipIf(endpoint === undefined)(`S3 at ${endpoint ?? 'SIGNET_TEST_S3_ENDPOINT, which is not set'}`, () => {
  const token = sessionToken === undefined ? {} : { sessionToken };
  const credentials = { accessKeyId, secretAccessKey: AWS_SECRET_ACCESS_KEY, ...token };
  const open = async () => ({ endpoint: endpoint ?? '', bucket, region, credentials });

  anS3ThatKeepsThePromises('is an S3', open, kind === 'ministack' ? ministack : {});
  artifactsThatKeepThePromises('it', open);
});
