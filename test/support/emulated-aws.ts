/** The account and the region that MiniStack has. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** The keys of its administrator. */
export const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };
