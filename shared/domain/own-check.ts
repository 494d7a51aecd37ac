/** What the registry itself says of the files of a version, and nobody else, begins like this. */
export const OWN_PREFIX = 'signet/';

/** Its checks: that the bytes are those of the manifest, that files are what they say, that loading them runs nothing. */
export const OWN_CHECKS = ['signet/sha256', 'signet/format', 'signet/pickle'] as const;
export type OwnCheck = (typeof OWN_CHECKS)[number];

/** Whether it is for the registry to say how a check ended. */
export const isOwn = (check: string): boolean => check.toLowerCase().startsWith(OWN_PREFIX);
