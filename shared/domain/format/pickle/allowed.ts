/** Python 2 called them otherwise, and Python 3 knows the old names in old pickles. */
const RENAMED: Readonly<Record<string, string>> = { __builtin__: 'builtins', copy_reg: 'copyreg' };

/** A class or function, as it is listed here. */
export const globalName = (module: string, name: string): string => `${RENAMED[module] ?? module}.${name}`;

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');
const inside = (module: string, names: string): string[] => words(names).map((name) => `${module}.${name}`);

/**
 * What a pickle may name: classes that only hold data, and functions that only put data together. Nothing here reads a
 * file, imports, evaluates, calls what it is given, or looks something up by a name.
 */
const ALLOWED: ReadonlySet<string> = new Set([
  ...inside('builtins', 'bool int float complex str bytes bytearray object list tuple dict set frozenset slice range'),
  ...inside('copyreg', '_reconstructor'),
  ...inside('_codecs', 'encode'),
  ...inside('collections', 'OrderedDict defaultdict deque Counter'),
  ...inside('datetime', 'date datetime time timedelta timezone'),
  ...words('decimal.Decimal fractions.Fraction uuid.UUID'),
  ...inside('pathlib', 'PosixPath PurePosixPath WindowsPath PureWindowsPath'),

  ...inside('numpy', 'dtype ndarray matrix bool_ bool int8 int16 int32 int64 uint8 uint16 uint32 uint64'),
  ...inside('numpy', 'float16 float32 float64 longdouble complex64 complex128 str_ bytes_ datetime64 timedelta64 void'),
  ...['numpy.core.multiarray', 'numpy._core.multiarray'].flatMap((at) => inside(at, '_reconstruct scalar')),
  ...['numpy.core.numeric', 'numpy._core.numeric'].flatMap((at) => inside(at, '_frombuffer')),
  ...inside('numpy.ma.core', 'MaskedArray _mareconstruct'),
  ...inside('numpy.random', 'RandomState Generator'),
  ...inside('numpy.random._pickle', '__randomstate_ctor __generator_ctor __bit_generator_ctor'),
  ...inside('numpy.random._mt19937', 'MT19937'),
  ...inside('numpy.random._pcg64', 'PCG64 PCG64DXSM'),
  ...inside('numpy.random._philox', 'Philox'),
  ...inside('numpy.random._sfc64', 'SFC64'),
  ...inside('numpy.random.bit_generator', 'SeedSequence __pyx_unpickle_SeedSequence'),

  ...inside('numpy', 'abs absolute exp expm1 log log10 log1p max mean median min sqrt square std sum var'),
  ...inside('numpy.dtypes', 'StringDType'),
  ...inside('scipy.interpolate._bsplines', 'BSpline'),
  ...inside('scipy._lib.array_api_compat.numpy._aliases', 'asarray'),
  ...inside('sklearn.feature_selection._univariate_selection', 'chi2 f_classif f_oneway f_regression r_regression'),
  ...inside('sklearn.cluster._kmeans', '_kmeans_single_elkan _kmeans_single_lloyd'),

  ...inside('pandas', 'DataFrame Series Index RangeIndex MultiIndex DatetimeIndex Categorical CategoricalDtype'),
  ...inside('pandas', 'StringDtype Timestamp Timedelta Period'),
  ...inside('pandas.arrays', 'StringArray DatetimeArray IntegerArray FloatingArray BooleanArray'),
  ...inside('pandas._libs.arrays', '__pyx_unpickle_NDArrayBacked'),
  ...inside('pandas.core.frame', 'DataFrame'),
  ...inside('pandas.core.series', 'Series'),
  ...inside('pandas.core.internals.managers', 'BlockManager SingleBlockManager'),
  ...inside('pandas.core.internals.blocks', 'new_block'),
  ...inside('pandas._libs.internals', '_unpickle_block BlockPlacement'),
  ...inside('pandas.core.indexes.base', 'Index _new_Index'),
  ...inside('pandas.core.indexes.range', 'RangeIndex'),
  ...inside('pandas.core.indexes.numeric', 'Int64Index UInt64Index Float64Index'),
  ...inside('pandas.core.indexes.multi', 'MultiIndex'),
  ...inside('pandas.core.indexes.datetimes', 'DatetimeIndex _new_DatetimeIndex'),
  ...inside('pandas.core.arrays.categorical', 'Categorical'),
  ...inside('pandas.core.dtypes.dtypes', 'CategoricalDtype'),
  ...inside('pandas._libs.tslibs.timestamps', 'Timestamp _unpickle_timestamp'),

  ...inside('joblib.numpy_pickle', 'NumpyArrayWrapper'),

  ...inside('torch', 'Size device Tensor'),
  ...inside('torch', 'float16 float32 float64 half float double bfloat16 int8 int16 int32 int64 uint8 bool complex64'),
  ...inside('torch', 'FloatStorage DoubleStorage HalfStorage BFloat16Storage ByteStorage CharStorage ShortStorage'),
  ...inside('torch', 'IntStorage LongStorage BoolStorage ComplexFloatStorage ComplexDoubleStorage'),
  ...inside('torch', 'QInt8Storage QUInt8Storage QInt32Storage strided per_tensor_affine per_channel_affine'),
  ...inside('torch.storage', 'UntypedStorage TypedStorage'),
  ...inside('torch.nn.parameter', 'Parameter Buffer'),
  ...inside('torch.serialization', '_get_layout'),
  ...inside('torch._utils', '_rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_parameter'),
  ...inside('torch._utils', '_rebuild_parameter_with_state _rebuild_qtensor _rebuild_sparse_tensor'),
]);

const ESTIMATORS =
  'base calibration cluster compose covariance cross_decomposition decomposition discriminant_analysis dummy ensemble feature_extraction feature_selection gaussian_process impute isotonic kernel_approximation kernel_ridge linear_model _loss manifold metrics mixture model_selection multiclass multioutput naive_bayes neighbors neural_network pipeline preprocessing random_projection semi_supervised svm tree';

const CLASS = /^_?[A-Z]\w*$/;
const sklearn = new RegExp(`^sklearn\\.(${words(ESTIMATORS).join('|')})(\\.(?!tests)\\w+)*$`);

/**
 * Packages whose classes are too many to name, and are estimators, layers and trees that hold data. Of their modules
 * classes only, which have a capital letter; and no name with a dot, which leads on to what a module has imported.
 */
const FAMILIES: readonly { readonly modules: RegExp; readonly names: RegExp }[] = [
  { modules: sklearn, names: CLASS },
  { modules: sklearn, names: /^(newObj|__pyx_unpickle_\w+)$/ },
  { modules: /^sklearn\.utils(\._bunch)?$/, names: /^Bunch$/ },
  { modules: /^scipy\.sparse\._?(csr|csc|coo|bsr|dia|dok|lil)$/, names: /^[a-z]{3}_(matrix|array)$/ },
  { modules: /^scipy\.stats\._\w+$/, names: /^\w+_(gen|frozen)$/ },
  { modules: /^xgboost\.(core|sklearn)$/, names: /^(Booster|XGB\w+)$/ },
  { modules: /^lightgbm\.(basic|sklearn)$/, names: /^(Booster|LGBM\w+)$/ },
  { modules: /^torch\.nn\.modules\.\w+$/, names: CLASS },
  // A module that only the loader of TorchScript has.
  { modules: /^__torch__(\.\w+)*$/, names: /^\w+$/ },
];

/** Whether a pickle that names this does no more than put data together. Whatever is not known is not allowed. */
export const isAllowed = (module: string, name: string): boolean =>
  ALLOWED.has(globalName(module, name)) ||
  FAMILIES.some(({ modules, names }) => modules.test(module) && names.test(name));
