import * as z from 'zod/mini';

/** Whatever JSON can say: one schema, so that documents describe it once. */
export const Json = z.json();
