/** The errors of S3 that this server answers, with their statuses. */
const STATUSES = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  AuthorizationQueryParametersError: 400,
  BadDigest: 400,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IncompleteBody: 400,
  InsufficientStorage: 507,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidToken: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedXML: 400,
  MetadataTooLarge: 400,
  MissingContentLength: 411,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  XAmzContentSHA256Mismatch: 400,
} as const satisfies Record<string, number>;

export type S3ErrorCode = keyof typeof STATUSES;

/** A refusal in the words of S3. Anything else that is thrown is a fault of this server. */
export class S3Error extends Error {
  readonly code: S3ErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: S3ErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'S3Error';
    this.code = code;
    this.status = STATUSES[code];
    this.headers = headers;
  }
}

/** What a caller is told of anything that went wrong: the disk and the network may fail without being bugs. */
export function asS3Error(error: unknown): S3Error {
  if (error instanceof S3Error) return error;

  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new S3Error('InsufficientStorage', 'The disk of the artifact server is full. Nothing was stored.');
    case 'ECONNRESET':
      return new S3Error('IncompleteBody', 'The connection ended before the body did.');
    default:
      return new S3Error('InternalError', 'We encountered an internal error. Please try again.');
  }
}

/** The code that Node gives to errors of the operating system, such as `ENOENT`. */
export const systemCode = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/** Lets pass that a file is not there. */
export function unlessAbsent(error: unknown): undefined {
  if (systemCode(error) !== 'ENOENT') throw error;
}
