import type { Format } from './finding.ts';

/** What a file is by its name, for names that promise something. */
const PROMISED: readonly (readonly [endings: readonly string[], formats: readonly Format[]])[] = [
  [['.safetensors'], ['safetensors']],
  [['.gguf'], ['gguf']],
  [['.onnx'], ['onnx']],
  [['.keras'], ['keras']],
  [
    ['.h5', '.hdf5'],
    ['hdf5', 'keras'],
  ],
  [['.npy'], ['npy']],
  [['.npz'], ['npz']],
  [['.pmml'], ['pmml']],
];

const PICKLES = /\.(pkl|pickle|p|dill|joblib|pt|pth)$/i;

/** Whether whoever loads it takes it for a pickle, unless it is something else. */
export const isCalledPickle = (name: string): boolean => PICKLES.test(name);

/** What is wrong with a name: a loader is chosen by it, or a reader is put at ease. */
export function mismatched(name: string, format: Format): string | undefined {
  const lower = name.toLowerCase();
  const [, formats] = PROMISED.find(([endings]) => endings.some((ending) => lower.endsWith(ending))) ?? [];
  return formats && !formats.includes(format) ? `is called ${formats[0]}, and is ${format}` : undefined;
}
