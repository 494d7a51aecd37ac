import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Checkpoints, nameOf, SealedFile, textOfFile } from '../shared/audit/checkpoints.ts';
import { makeDirectory } from '../shared/make-directory.ts';
import { writeOnce } from './private-file.ts';

/** Checkpoints as files in a directory. Nothing but the rights of the directory keeps them from being changed. */
export function ownCheckpoints(directory: string): Checkpoints {
  return {
    async keep(file) {
      const place = path.join(directory, nameOf(file));
      await makeDirectory(path.dirname(place), 0o700);
      if (await writeOnce(place, textOfFile(file))) return file;
      return SealedFile.parse(JSON.parse(await readFile(place, 'utf8')));
    },
  };
}
