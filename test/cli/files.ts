/** The files of a model, with all that makes files difficult; by path. */
export const FILES = {
  'model.json': '{"weights":[1,2,3]}',
  empty: '',
  'sub/deep/er/notes.txt': 'notes',
  'twice/one.bin': 'the same bytes',
  'twice/other.bin': 'the same bytes',
  'ünïcode/不正検知 ✓.txt': 'unicode',
  '-starts with a dash': 'dash',
  '.hidden': 'hidden',
};
