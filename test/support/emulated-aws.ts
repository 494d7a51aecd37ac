/** The account and the region that MiniStack has. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** The environment of this process, with nothing in it that leads to a real AWS. */
export const withoutAws = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));

/** The keys of its administrator. */
export const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
