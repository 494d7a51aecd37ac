import { ModelId, VersionNumber } from '../../domain/names.ts';
import { StagedPath } from '../../domain/staged.ts';
import { Failure } from '../../errors.ts';
import { isPlain } from '../plain.ts';

/** What a path is about: the files of a version, or what the caller uploaded. The empty path is all there is of it. */
export type Place =
  | { readonly kind: 'version'; readonly model: ModelId; readonly version: VersionNumber; readonly path: string }
  | { readonly kind: 'staged'; readonly path: string };

/** What stands between the address of the API and the path of a file. Clients look for `/mlflow-artifacts/artifacts` in it. */
export const ARTIFACTS = '/api/2.0/mlflow-artifacts/artifacts';

/** What paths to the files of versions begin with. A model is named by its id, so that they outlive its name. */
const VERSIONS = 'versions';

/** Where the files of a version are, below all paths. */
export const pathOfVersion = (model: ModelId, version: VersionNumber): string => `${VERSIONS}/${model}/${version}`;

/** @throws Failure `request.invalid` for a path that leads elsewhere, however often it is encoded, and other impossible ones */
export function placeOf(text: string): Place {
  const path = text.replace(/\/$/, '');
  if (path === '') return { kind: 'staged', path };
  const { success, error } = StagedPath.safeParse(path);
  if (!success) throw refused(text, error.issues[0]?.message ?? 'it is wrong');
  if (!isPlain(path)) throw refused(text, 'expected a path that is not encoded twice');

  const [first, id, number, ...rest] = path.split('/');
  if (first !== VERSIONS) return { kind: 'staged', path };
  const [model, version] = [ModelId.safeParse(id), VersionNumber.safeParse(Number(number))];
  if (model.success && version.success && String(version.data) === number) {
    return { kind: 'version', model: model.data, version: version.data, path: rest.join('/') };
  }
  throw refused(text, `expected ${VERSIONS}/<id of the model>/<number>, which nothing else may begin with`);
}

/** Where a file is to be put. @throws Failure `request.invalid` for one of a version, and for no file at all */
export function stagedPlaceOf(text: string): string {
  const place = placeOf(text);
  if (place.kind === 'version') throw refused(text, 'the files of a version never change');
  if (place.path !== '') return place.path;
  throw refused(text, 'expected the path of a file');
}

const refused = (path: string, message: string): Failure =>
  new Failure('request.invalid', `Invalid artifact path: '${path}': ${message}.`, {
    issues: [{ field: 'path', message }],
  });
