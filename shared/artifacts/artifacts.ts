/**
 * All that the registry asks of an object store. Bytes never pass through the registry:
 * it hands out URLs that are good for exactly one object, method, length and checksum.
 * Digests are SHA-256 in lower-case hexadecimal; sizes are bytes; lifetimes are seconds, a week at most.
 */
export interface Artifacts {
  /** A URL for one PUT of exactly these bytes to an object that is not there yet. */
  presignPut(key: string, content: Content, seconds: number): Promise<SignedRequest>;

  /** The multipart upload of this object that is under way, with the parts it has: the oldest, if there are several. */
  findUpload(key: string): Promise<Upload | undefined>;

  /** The upload that `findUpload` finds, begun now if there is none. */
  openUpload(key: string): Promise<Upload>;

  /** A URL for one part of exactly these bytes. Part numbers begin at 1. */
  presignPart(key: string, uploadId: string, part: number, content: Content, seconds: number): Promise<SignedRequest>;

  /** Puts the parts together, if the object is not there yet. */
  closeUpload(key: string, uploadId: string, parts: readonly UploadedPart[]): Promise<void>;

  /** What the store knows of an object, or `undefined` where there is none. */
  stat(key: string): Promise<StoredObject | undefined>;

  /**
   * So many bytes of an object from one of them on, fewer only at its end, while it has this ETag: or `undefined`, where
   * it is another one, or none.
   */
  section(key: string, etag: string, from: number, bytes: number): Promise<Uint8Array | undefined>;

  /** A URL for GET of an object, saved by browsers under the file name. */
  presignGet(key: string, fileName: string, seconds: number): Promise<SignedRequest>;

  /** A small object (a manifest) as text. */
  read(key: string): Promise<string | undefined>;
  write(key: string, text: string): Promise<void>;

  /** Removes an object while it has this ETag: never what came in its place. Where it has not, there is nothing to do. */
  remove(key: string, etag: string): Promise<void>;

  /** The same for good: a store that keeps what is removed as a former version keeps nothing of these bytes. */
  erase(key: string, object: StoredObject): Promise<void>;
}

export interface StoredObject {
  readonly bytes: number;
  /** Another one for other bytes. */
  readonly etag: string;
  /** Only where the store has proved it. */
  readonly sha256?: string;
  /** Which of its versions it is, where the store keeps several. */
  readonly version?: string;
}

export interface Content {
  readonly bytes: number;
  readonly sha256: string;
}

/** A request that anyone who holds it may make until it expires: send it with exactly these headers. */
export interface SignedRequest {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Upload {
  readonly uploadId: string;
  readonly parts: readonly UploadedPart[];
}

export interface UploadedPart extends Content {
  readonly part: number;
  readonly etag: string;
}
