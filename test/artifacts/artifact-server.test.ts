import { afterAll } from 'vitest';
import { artifactsThatKeepThePromises } from './artifacts-promises.ts';
import { listen } from './listener.ts';
import { anS3ThatKeepsThePromises } from './s3-promises.ts';

const server = await listen();
afterAll(() => server[Symbol.asyncDispose]());

anS3ThatKeepsThePromises('the artifact server', async () => server.location);
artifactsThatKeepThePromises('the artifact server', async () => server.location);
