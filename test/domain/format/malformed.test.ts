import { describe, expect, it } from 'vitest';
import { sourceOf } from '../../../shared/domain/format/cursor.ts';
import { inspect } from '../../../shared/domain/format/inspect.ts';
import { bytes, u32, u64 } from './bytes.ts';
import { field, ggufOf, npyOf, onnxOf, safetensorsOf, tarOf, zipOf } from './files.ts';

/** What has to be said of a content under a name. */
type Broken = readonly [what: string, content: Uint8Array, said: RegExp];

const describeBroken = (name: string, cases: readonly Broken[]) =>
  describe(`a file called ${name}`, () => {
    it.each(cases)('is refused: %s', async (_, content, said) => {
      const { problems } = await inspect(name, sourceOf(content));

      expect(problems.map(({ message }) => message)).toEqual(expect.arrayContaining([expect.stringMatching(said)]));
    });
  });

const tensor = (from: number, to: number, shape: unknown = [to - from], dtype: unknown = 'U8') => ({
  dtype,
  shape,
  data_offsets: [from, to],
});
const sixteen = Buffer.alloc(16);

describeBroken('model.safetensors', [
  ['a header that is longer than the file', safetensorsOf({ a: tensor(0, 16) }, sixteen, 9_999), /ends before that/],
  ['a header of half a gigabyte', bytes(u64(2 ** 29), '{', Buffer.alloc(64)), /header of 536870912 bytes/],
  ['a header that is no JSON', safetensorsOf('{"a": ', sixteen), /no JSON/],
  ['a header that is no UTF-8', bytes(u64(4), '{\xff\xff}'), /no JSON/],
  ['metadata that are no texts', safetensorsOf({ __metadata__: { a: 1 } }, Buffer.alloc(0)), /not texts/],
  ['a tensor where another is', safetensorsOf({ a: tensor(0, 10), b: tensor(8, 16) }, sixteen), /where another is/],
  ['a gap between tensors', safetensorsOf({ a: tensor(0, 8), b: tensor(10, 16) }, sixteen), /belong to none/],
  ['a gap before the first', safetensorsOf({ a: tensor(4, 16) }, sixteen), /belong to none/],
  ['bytes behind the last', safetensorsOf({ a: tensor(0, 8) }, sixteen), /has 16 bytes of tensors/],
  ['fewer bytes than it says', safetensorsOf({ a: tensor(0, 16) }, Buffer.alloc(15)), /has 15 bytes of tensors/],
  ['a size that is not that of its shape', safetensorsOf({ a: tensor(0, 16, [3], 'F32') }, sixteen), /which takes 12/],
  ['a type that is none', safetensorsOf({ a: tensor(0, 16, [16], 'OBJECT') }, sixteen), /type that is none/],
  ['a type of the prototype', safetensorsOf({ a: tensor(0, 16, [16], 'constructor') }, sixteen), /type that is none/],
  ['a side below nothing', safetensorsOf({ a: tensor(0, 16, [-16]) }, sixteen), /shape that is none/],
  ['a shape that overflows', safetensorsOf({ a: tensor(0, 16, [2 ** 52, 2 ** 52]) }, sixteen), /which takes/],
  ['offsets that are none', safetensorsOf({ a: { dtype: 'U8', shape: [1], data_offsets: [0] } }, sixteen), /offsets/],
  ['text', Buffer.from('just some text'), /is called safetensors, and is text/],
]);

const gguf = (over: Parameters<typeof ggufOf>[3] = {}, at = 0, type = 0) =>
  ggufOf({ name: 'a' }, [{ name: 'w', shape: [4], type, at }], sixteen, over);

describeBroken('model.gguf', [
  ['a version to come', gguf({ version: 9 }), /version 9/],
  ['more tensors than there is room for', gguf({ tensorCount: 2 ** 40 }), /ends before/],
  ['more values than there is room for', gguf({ valueCount: 2 ** 50 }), /ends before/],
  ['two values more than there are', gguf({ valueCount: 3 }), /not known|ends too early|name of|counts|up to byte/],
  ['a tensor beyond the end', gguf({}, 32), /tensors up to byte/],
  ['a tensor that is not aligned', gguf({}, 5), /not aligned/],
  ['a tensor of no known type', gguf({}, 0, 99), /not known/],
  ['an end in its values', gguf().subarray(0, 40), /ends/],
  ['an alignment of nothing', ggufOf({ 'general.alignment': 0 }, [], sixteen), /alignment 0/],
  ['a text without end', bytes('GGUF', u32(3), u64(0), u64(1), u64(1), 'a', u32(8), u64(2 ** 40)), /text of/],
]);

describeBroken('model.onnx', [
  ['no graph', onnxOf({ graph: false }), /no graph/],
  ['no operators', onnxOf({ opset: false }), /which operators/],
  ['an end amid the graph', onnxOf().subarray(0, 40), /after the end/],
  ['a field that is none', bytes(onnxOf(), field(99, 'x')), /field 99/],
  ['bytes behind it', bytes(onnxOf(), '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff'), /number without an end/],
  ['weights that lie elsewhere', onnxOf({ location: '../../etc/passwd' }), /takes a tensor from/],
  ['weights at an absolute path', onnxOf({ location: '/etc/passwd' }), /takes a tensor from/],
  ['weights on another drive', onnxOf({ location: 'C:\\weights' }), /takes a tensor from/],
  ['text', Buffer.from('not a model'), /is called onnx, and is text/],
]);

describeBroken('x.npy', [
  ['fewer bytes than it says', npyOf("'<f8'", '(3,)', sixteen), /that takes 24/],
  ['a version to come', npyOf("'<f8'", '(2,)', sixteen, { version: 7 }), /version 7/],
  ['a type that is none', npyOf("'<z9'", '(2,)', sixteen), /not known/],
  ['no shape', npyOf("'<f8'", '[2]', sixteen), /header that is none/],
  ['a header without end', bytes('\x93NUMPY', 2, 0, u32(2 ** 31)), /header of/],
]);

const one = { name: 'a.txt', content: Buffer.from('text') };
const noise = Buffer.from(Array.from({ length: 999 }, (_, at) => (at * 89 + 7) % 251));

describeBroken('all.zip', [
  ['no list of files', zipOf([one]).subarray(0, 40), /no list of files/],
  ['a file outside of it', zipOf([{ ...one, name: '../../.bashrc' }]), /outside of itself/],
  ['a file at an absolute path', zipOf([{ ...one, name: '/etc/passwd' }]), /outside of itself/],
  ['a file twice', zipOf([one, one]), /twice/],
  ['more files than it counts', zipOf([one, { ...one, name: 'b' }], { entries: 1 }), /more files than it counts/],
  ['fewer files than it counts', zipOf([one], { entries: 2 }), /list of files/],
  ['a file that it lists otherwise', zipOf([{ ...one, localName: 'b.txt' }]), /another file than a\.txt/],
  ['an encrypted file', zipOf([{ ...one, flags: 1 }]), /encrypted/],
  ['something before it', zipOf([one], { before: zipOf([one]) }), /bytes before its first file/],
  ['files that are deflated and are not', zipOf([{ ...one, content: noise, method: 8 }]), /not compressed as it says/],
  [
    'archives in archives without end',
    [1, 2, 3, 4, 5].reduce((inner) => zipOf([{ name: 'in.zip', content: inner }]), zipOf([one])),
    /files in files in files/,
  ],
]);

describeBroken('all.tar', [
  ['a file outside of it', tarOf([{ ...one, name: '../a' }]), /outside of itself/],
  ['a link outside of it', tarOf([{ name: 'a', content: Buffer.alloc(0), type: '2', link: '/etc' }]), /link outside/],
  ['a device', tarOf([{ name: 'a', content: Buffer.alloc(0), type: '3' }]), /of the type 3/],
  ['an end amid a file', tarOf([{ name: 'a', content: Buffer.alloc(2_000) }]).subarray(0, 1_024), /ends too early/],
  ['a broken header', bytes(tarOf([one]).subarray(0, 1024), Buffer.alloc(512, 'x')), /header is broken/],
]);

describeBroken('model.keras', [
  [
    'a configuration that is no JSON',
    zipOf([
      { name: 'config.json', content: Buffer.from('{') },
      { name: 'metadata.json', content: Buffer.from('{}') },
    ]),
    /no JSON/,
  ],
  ['text', Buffer.from('text'), /is called keras/],
]);

describeBroken('model.pmml', [
  ['entities', Buffer.from('<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]><PMML></PMML>'), /entities/],
  ['JSON', Buffer.from('{}'), /is called pmml/],
]);
