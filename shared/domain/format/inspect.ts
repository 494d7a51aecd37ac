import { lookAtTar, lookAtZip, lookBehind, lookInside } from './archives.ts';
import type { Content, Look } from './content.ts';
import { cursorOver, pullOf, type Source, sourceOf } from './cursor.ts';
import { effortFor } from './effort.ts';
import { type Finding, type Format, Malformed, type ProblemList, problemList, TooMuch } from './finding.ts';
import { checkGguf } from './gguf.ts';
import { CONFIG_BYTES_MAX, checkHdf5 } from './keras.ts';
import { isCalledPickle, mismatched } from './names.ts';
import { checkNpy } from './npy.ts';
import { checkOnnx } from './onnx.ts';
import { lookForPickles } from './pickle/look.ts';
import { scanPickle } from './pickle/scan.ts';
import { HEAD_BYTES, recognised, textual } from './recognise.ts';
import { checkSafetensors } from './safetensors.ts';

/** In so much of a text of XML it says what it declares. */
const MARKUP_BYTES = 64 * 1024;

/**
 * What a file is and what is wrong with it, by its content. Nothing of it is ever loaded: pickles are read opcode by
 * opcode, archives file by file. What cannot be looked into is a problem, and costs no more than what can.
 */
export async function inspect(name: string, source: Source): Promise<Finding> {
  const problems = problemList();
  const effort = effortFor(source.bytes);
  const into = (content: Content) => look(content, { effort, into, problems: named(problems, content) });
  const format = await into({ name, bytes: source.bytes, cursor: cursorOver(pullOf(source)), source, depth: 0 });
  const wrong = mismatched(name, format);
  if (wrong) problems.add('malformed', wrong);
  return { format, problems: problems.all() };
}

/** What is wrong with something inside of a file is told with its name. */
const named = ({ all, add }: ProblemList, { name, depth }: Content): ProblemList =>
  depth === 0 ? { all, add } : { all, add: (kind, message) => add(kind, `${name}: ${message}`) };

/** What holds something that a loader would run: broken, it may hold more than is seen. */
const HOLDING: ReadonlySet<Format> = new Set(['zip', 'tar', 'gzip', 'zlib', 'npy', 'pickle']);

async function look(content: Content, { problems, ...rest }: Look): Promise<Format> {
  const { cursor, raw } = content;
  await cursor.has(HEAD_BYTES);
  const head = cursor.ahead.slice(0, HEAD_BYTES);
  const begun = raw ? undefined : recognised(head);
  try {
    if (begun && begun !== 'pickle') await lookForDisguise(begun, head, content, { problems, ...rest });
    const format = await lookAs(begun, head, content, { problems, ...rest });
    if (begun !== 'zip') await lookBehind(content, { problems, ...rest });
    return format;
  } catch (error) {
    if (error instanceof TooMuch) problems.add('unseen', error.message);
    else if (error instanceof Malformed)
      problems.add(begun && HOLDING.has(begun) ? 'unseen' : 'malformed', error.message);
    else throw error;
    return begun ?? textual(head);
  }
}

async function lookAs(begun: Format | undefined, head: Uint8Array, content: Content, look: Look): Promise<Format> {
  const { cursor, bytes = Number.POSITIVE_INFINITY } = content;
  switch (begun) {
    case undefined:
    case 'pickle':
      return lookForCode(begun, head, content, look);
    case 'zip':
      return lookAtZip(content, look);
    case 'tar':
      return lookAtTar(content, look);
    case 'gzip':
    case 'zlib':
      return lookInside(begun, content, look);
    case 'onnx':
      return lookAtOnnx(head, content);
    case 'safetensors':
      await checkSafetensors(cursor, bytes);
      return begun;
    case 'gguf':
      await checkGguf(cursor, bytes);
      return begun;
    case 'hdf5':
      await cursor.has(CONFIG_BYTES_MAX);
      return checkHdf5(cursor.ahead.subarray(0, CONFIG_BYTES_MAX), look.problems);
    case 'npy': {
      const { objects } = await checkNpy(cursor, content.bytes);
      if (objects) await lookForPickles(cursor, look.problems, look.effort, { certain: true });
      return begun;
    }
    case 'bzip2':
    case 'xz':
    case 'zstd':
    case 'lz4':
    case '7z':
    case 'rar':
      look.problems.add('unseen', `is packed as ${begun}, which is not looked into`);
      return begun;
    default:
      return begun;
  }
}

/** What has nothing to tell it by may be a pickle, whatever it is called; or text. */
async function lookForCode(
  begun: Format | undefined,
  head: Uint8Array,
  { cursor, name, depth }: Content,
  { problems, effort }: Look,
): Promise<Format> {
  const text = textual(head);
  await cursor.has(text === 'xml' || text === 'pmml' ? MARKUP_BYTES : 1);
  const markup = cursor.ahead.slice(0, MARKUP_BYTES);
  const certain = isCalledPickle(name) || (begun === 'pickle' && depth === 0);
  const pickle = await lookForPickles(cursor, problems, effort, { certain });
  if (pickle) return pickle;

  if (
    (text === 'xml' || text === 'pmml') &&
    /<!(DOCTYPE|ENTITY)/.test(Buffer.from(markup).toString('latin1').replaceAll('\0', ''))
  ) {
    problems.add('malformed', 'declares entities, which readers may fetch from elsewhere');
  }
  return text;
}

/**
 * What begins as something else may be a pickle to whoever takes it for one: a pickle holds whatever it likes where other
 * formats have their mark. Where only the front is at hand, it has to end within that, or fail.
 */
async function lookForDisguise(begun: Format, head: Uint8Array, { source, bytes }: Content, look: Look): Promise<void> {
  const cursor = cursorOver(pullOf(source ?? sourceOf(head)));
  const hidden = problemList();
  const { whole, calls } = await scanPickle(cursor, hidden, look.effort);
  if (whole || calls > 0) for (const { kind, message } of hidden.all()) look.problems.add(kind, message);
  const isCut = !source && head.length < (bytes ?? HEAD_BYTES + 1) && cursor.position >= head.length;
  if (!whole && isCut) look.problems.add('unseen', `begins as ${begun}, and goes on as a pickle`);
}

/** A byte or two are little to tell it by: what cannot be walked and is not called so is something else. */
async function lookAtOnnx(head: Uint8Array, { cursor, bytes, name }: Content): Promise<Format> {
  try {
    await checkOnnx(cursor, bytes ?? Number.POSITIVE_INFINITY);
    return 'onnx';
  } catch (error) {
    if (error instanceof Malformed && !/\.onnx$/i.test(name)) return textual(head);
    throw error;
  }
}
