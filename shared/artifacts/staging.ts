/**
 * What is asked of an object store for files whose SHA-256 nobody knows before they are there: MLflow's clients state none.
 * They are objects of their own, which become those of versions when the registry has read them.
 */
export interface Staging {
  /** Begins an upload in parts. */
  begin(key: string): Promise<string>;
  /** A URL for one part, whatever its bytes. Part numbers begin at 1. */
  presignPart(key: string, uploadId: string, part: number, seconds: number): Promise<string>;
  /** Makes the object of its parts. `gone` where there is no such upload any more, and otherwise why they are none. */
  join(key: string, uploadId: string, parts: readonly StagedPart[]): Promise<'joined' | 'gone' | { refused: string }>;
  abort(key: string, uploadId: string): Promise<void>;
  /** A small object as a whole. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Copies an object while it has this ETag; the store itself proves the SHA-256 of the copy. @throws where it has not */
  copy(from: string, etag: string, to: string): Promise<void>;
}

export interface StagedPart {
  readonly part: number;
  readonly etag: string;
}
