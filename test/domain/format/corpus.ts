import { deflateSync, gzipSync } from 'node:zlib';
import { bytes, u32 } from './bytes.ts';
import { ggufOf, hdf5Of, npyOf, onnxOf, safetensorsOf, tarOf, torchZip, zipOf } from './files.ts';
import * as p from './pickles.ts';

const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, at) => (at * 89 + 7) % 251));
const weights = noise(64);

/** A file that is as it should be: its name, its content, and what it is. */
export type Good = readonly [what: string, name: string, content: Uint8Array, format: string];

const state = (version: number) =>
  p.pickle(version, p.emptyDict, p.mark, p.text('layer'), p.tensor('0', 16), p.setItems);
const twoTensors = {
  __metadata__: { format: 'pt' },
  a: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
  b: { dtype: 'I64', shape: [6], data_offsets: [16, 64] },
};
const config = JSON.stringify({
  module: 'keras',
  class_name: 'Sequential',
  config: {
    layers: [{ module: 'keras.layers', class_name: 'Dense', config: { activation: 'relu' }, registered_name: null }],
  },
});
const dense = (...more: Parameters<typeof zipOf>[0]) =>
  zipOf([
    { name: 'metadata.json', content: Buffer.from('{"keras_version": "3.12.0"}'), deflated: true },
    { name: 'config.json', content: Buffer.from(config), deflated: true },
    { name: 'model.weights.h5', content: hdf5Of('layers') },
    ...more,
  ]);
const objects = p.pickle(
  2,
  p.global('numpy.core.multiarray', '_reconstruct'),
  p.global('numpy', 'ndarray'),
  p.byte(0),
  p.tuple1,
  p.blob(bytes('b')),
  p.tuple3,
  p.reduce,
);

export const GOOD: readonly Good[] = [
  ...[0, 1, 2, 3, 4, 5].map(
    (version): Good => [
      `plain data of protocol ${version}`,
      'data.pkl',
      p.pickle(
        version,
        p.mark,
        p.line('V', 'a'),
        p.line('p', '0'),
        p.line('I', '1'),
        p.line('F', '1.5'),
        p.line('L', '7L'),
        p.tuple,
      ),
      'pickle',
    ],
  ),
  ...[2, 3, 4, 5].map(
    (version): Good => [
      `an estimator of protocol ${version}`,
      'model.pkl',
      p.estimator(version, 'sklearn.linear_model._logistic', 'LogisticRegression', weights),
      'pickle',
    ],
  ),
  [
    'an estimator under an old name of its module',
    'model.pkl',
    p.estimator(2, 'sklearn.svm.classes', 'SVC', weights),
    'pickle',
  ],
  [
    'a tree with its Cython class',
    'tree.pkl',
    p.pickle(
      4,
      p.shortText('sklearn.tree._tree'),
      p.shortText('Tree'),
      p.stackGlobal,
      p.memoize,
      p.mark,
      p.byte(4),
      p.none,
      p.byte(1),
      p.tuple,
      p.reduce,
    ),
    'pickle',
  ],
  [
    'names that come from the memo',
    'memo.pkl',
    p.pickle(
      4,
      p.shortText('collections'),
      p.memoize,
      p.pop,
      p.shortText('OrderedDict'),
      p.put(1),
      p.pop,
      p.get(0),
      p.get(1),
      p.stackGlobal,
      p.emptyTuple,
      p.reduce,
    ),
    'pickle',
  ],
  ['a frame', 'frame.pkl', bytes(p.proto(4), p.frame(bytes(p.shortText('framed'), p.memoize, p.stop))), 'pickle'],
  ['two pickles in a row', 'rows.pkl', bytes(p.pickle(4, p.byte(1)), p.pickle(4, p.byte(2))), 'pickle'],
  [
    'bytes of Python 2',
    'old.pkl',
    p.pickle(2, p.global('_codecs', 'encode'), p.text('abc'), p.text('latin1'), p.tuple2, p.reduce),
    'pickle',
  ],
  [
    'a set of Python 2',
    'old.pkl',
    p.pickle(2, p.global('__builtin__', 'set'), p.emptyList, p.tuple1, p.reduce),
    'pickle',
  ],
  [
    'a default dict of lists',
    'dict.pkl',
    p.pickle(4, p.global('collections', 'defaultdict'), p.global('builtins', 'list'), p.tuple1, p.reduce),
    'pickle',
  ],
  [
    'an array of joblib',
    'model.joblib',
    p.pickle(4, p.emptyList, p.joblibArray('f8', [4, 2], weights), p.append),
    'joblib',
  ],
  [
    'an array of an older joblib',
    'model.joblib',
    p.pickle(3, p.joblibArray('i4', [16], weights, { aligned: false })),
    'joblib',
  ],
  ['an array of objects of joblib', 'model.joblib', p.pickle(4, p.joblibArray('O8', [1], objects)), 'joblib'],
  ['a joblib that is packed', 'model.joblib', deflateSync(p.pickle(4, p.joblibArray('f8', [8], weights))), 'joblib'],
  ['a pickle that is packed', 'model.pkl.gz', gzipSync(p.pickle(4, p.byte(1))), 'pickle'],
  ['a state of PyTorch', 'model.pt', torchZip(state(2), [noise(64)]), 'pytorch'],
  [
    'tensors that begin like a pickle',
    'model.pt',
    torchZip(state(2), [bytes('\x80\x02cos\nsystem\n', noise(40)), bytes('\x1f\x8b', noise(9))]),
    'pytorch',
  ],
  [
    'a state of the old PyTorch',
    'model.pth',
    p.legacyTorch(bytes(p.emptyDict, p.mark, p.text('w'), p.tensor('0', 16), p.setItems), noise(70)),
    'pytorch',
  ],
  [
    'a program of TorchScript',
    'model.pt',
    torchZip(
      p.pickle(2, p.global('__torch__.net', 'Net'), p.emptyTuple, p.newObject),
      [],
      [
        { name: 'archive/code/net.py', content: Buffer.from('def forward(self): pass') },
        { name: 'archive/constants.pkl', content: p.pickle(2, p.emptyTuple) },
      ],
    ),
    'torchscript',
  ],
  ['tensors', 'model.safetensors', safetensorsOf(twoTensors, weights), 'safetensors'],
  ['tensors under another name', 'weights.bin', safetensorsOf(twoTensors, weights), 'safetensors'],
  ['no tensors', 'none.safetensors', safetensorsOf({}, Buffer.alloc(0)), 'safetensors'],
  [
    'a header with spaces behind',
    'padded.safetensors',
    safetensorsOf(`${JSON.stringify(twoTensors)}    `, weights),
    'safetensors',
  ],
  [
    'a GGUF',
    'model.gguf',
    ggufOf(
      { 'general.architecture': 'llama', 'general.alignment': 32, tokens: ['a', 'b'] },
      [
        { name: 'w', shape: [32, 2], type: 8, at: 0 },
        { name: 'b', shape: [4], type: 0, at: 96 },
      ],
      noise(112),
    ),
    'gguf',
  ],
  ['an ONNX', 'model.onnx', onnxOf(), 'onnx'],
  ['an ONNX with weights beside it', 'model.onnx', onnxOf({ location: 'weights/model.data' }), 'onnx'],
  ['an array', 'x.npy', npyOf("'<f8'", '(2, 4)', weights), 'npy'],
  ['an array of many columns', 'x.npy', npyOf("[('a', '<f4'), ('b', '|S4')]", '(8,)', weights), 'npy'],
  ['an array of objects', 'x.npy', npyOf("'|O'", '(1,)', objects), 'npy'],
  [
    'arrays',
    'x.npz',
    zipOf([
      { name: 'a.npy', content: npyOf("'<f8'", '(8,)', weights), deflated: true },
      { name: 'b.npy', content: npyOf("'<i4'", '(16,)', weights) },
    ]),
    'npz',
  ],
  ['a model of Keras', 'model.keras', dense(), 'keras'],
  [
    'a model of an older Keras',
    'model.h5',
    hdf5Of('keras_version 2.15.0 model_config {"class_name": "Sequential"}'),
    'keras',
  ],
  ['data of HDF5', 'data.h5', hdf5Of('rows'), 'hdf5'],
  [
    'a PMML',
    'model.pmml',
    Buffer.from('<?xml version="1.0"?>\n<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4"></PMML>'),
    'pmml',
  ],
  ['a PMML in UTF-16', 'model.pmml', bytes('\xff\xfe', Buffer.from('<PMML version="4.4"></PMML>', 'utf16le')), 'pmml'],
  [
    'a tar',
    'model.tar',
    tarOf([
      { name: 'model/weights.safetensors', content: safetensorsOf(twoTensors, weights) },
      { name: 'model', content: Buffer.alloc(0), type: '5' },
    ]),
    'tar',
  ],
  ['a tar that is packed', 'model.tar.gz', gzipSync(tarOf([{ name: 'a.txt', content: Buffer.from('text') }])), 'gzip'],
  [
    'a zip with a comment',
    'all.zip',
    zipOf([{ name: 'a/b.txt', content: Buffer.from('text'), deflated: true }], { comment: 'made by hand' }),
    'zip',
  ],
  ['JSON', 'config.json', Buffer.from('{"a": [1, 2]}'), 'json'],
  ['text', 'README.md', Buffer.from('# A model\nclassifies irises, été comme hiver.\n'), 'text'],
  ['a table of columns', 'columns.csv', Buffer.from('column\nage\nincome\n'), 'text'],
  ['a number and a full stop', 'I.txt', Buffer.from('I1\n.and more\n'), 'text'],
  ['XML', 'pom.xml', Buffer.from('<project><name>a</name></project>'), 'xml'],
  ['nothing', 'empty.txt', Buffer.alloc(0), 'empty'],
  ['bytes of no format', 'weights.bin', noise(4_000), 'unknown'],
  ['bytes of no format that begin like an ONNX', 'weights.bin', bytes('\x08\x05', noise(100)), 'unknown'],
  ['a TensorFlow Lite', 'model.tflite', bytes(u32(28), 'TFL3', noise(40)), 'tflite'],
];
