import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventView, hashOf } from '../../shared/domain/event.ts';
import type { Scene } from '../scene.ts';

/** Everything above was recorded; the record proves itself without the registry, and betrays who edits it. */
export async function auditAll(scene: Scene): Promise<void> {
  const { chapter, reader, model, directory } = scene;
  chapter('The record, and two forgers');
  await reader.types(`signet audit export --model ${model} -o events.jsonl`);
  await reader.types('signet audit verify events.jsonl');

  const lines = (await readFile(join(directory, 'events.jsonl'), 'utf8')).trimEnd().split('\n');
  const events: EventView[] = lines.map((line) => JSON.parse(line));
  const releases = events.filter(({ type, data }) => type === 'version.promoted' && data['to'] === 'production');
  const release = releases.find(({ version }) => version === 2);
  scene.claim('Both releases into production are in it', releases.length === 2 && release !== undefined);
  if (release) await forge(scene, { lines, at: events.indexOf(release), release });
}

interface Release {
  readonly lines: readonly string[];
  /** Where it is among the lines. */
  readonly at: number;
  readonly release: EventView;
}

async function forge(scene: Scene, { lines, at, release }: Release): Promise<void> {
  scene.say('Somebody would rather not have released version 2, and writes another name into that line.');
  const principal = release.actor.principal.replace(/[^/]+$/, 'nobody');
  const renamed = EventView.parse({ ...release, actor: { principal } });
  await found(scene, 'forged.jsonl', lines.with(at, JSON.stringify(renamed)), release.seq);

  scene.say('A better forger gives the line its right hash as well. The next event still names the one of before.');
  const rehashed = { ...renamed, hash: hashOf(renamed) };
  await found(scene, 'forged-well.jsonl', lines.with(at, JSON.stringify(rehashed)), release.seq + 1);
}

async function found({ claim, reader, directory }: Scene, file: string, lines: readonly string[], seq: number) {
  await writeFile(join(directory, file), `${lines.join('\n')}\n`);
  const printed = await reader.types(`signet audit verify ${file}`, 'refused');
  claim(`The forgery was found, and event ${seq} named`, printed.includes(`event ${seq}:`));
}
