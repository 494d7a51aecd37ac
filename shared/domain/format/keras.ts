import type { ProblemList } from './finding.ts';

/** A layer of Python bytecode, in whatever spelling of a configuration. */
const LAMBDA = /"class_name":\s*"Lambda"/;
/** Where the classes and functions of a configuration may come from. */
const OWN = /^(keras|keras_core|keras_nlp|keras_cv|keras_hub|tensorflow\.keras|tf_keras)(\.\w+)*$/;

/** Sees whether a configuration runs code, or names what is not of Keras, when its model is loaded. */
export function checkKerasConfig(text: string, problems: ProblemList): void {
  if (LAMBDA.test(text)) problems.add('code', 'has a Lambda layer, which is code');
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    problems.add('malformed', 'has a configuration that is no JSON');
    return;
  }
  const left: unknown[] = [config];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (typeof one !== 'object' || one === null) continue;
    const { module, class_name: name, registered_name: registered } = one as Readonly<Record<string, unknown>>;
    if (typeof module === 'string' && name !== undefined && !isOwn(module, name)) {
      problems.add('code', `names ${module}.${name === 'function' ? String(registered ?? '?') : String(name)}`);
    }
    left.push(...Object.values(one));
  }
}

/** The built-in functions of Keras are said to be of Python's module. */
const isOwn = (module: string, name: unknown): boolean =>
  OWN.test(module) || (module === 'builtins' && name === 'function');

/** How much of a file of HDF5 is looked at for the configuration in it. */
export const CONFIG_BYTES_MAX = 8 * 2 ** 20;

/** What the beginning of a file of HDF5 says of Keras: the format of its attributes is not read. */
export function checkHdf5(front: Uint8Array, problems: ProblemList): 'keras' | 'hdf5' {
  const text = Buffer.from(front.buffer, front.byteOffset, front.length).toString('latin1');
  if (!text.includes('keras_version') && !text.includes('model_config')) return 'hdf5';
  if (LAMBDA.test(text)) problems.add('code', 'has a Lambda layer, which is code');
  return 'keras';
}
