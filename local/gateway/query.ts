import type { Issue } from '../../shared/errors.ts';
import { invalid, notUtf8 } from '../../shared/http/invalid.ts';

/** @throws Failure `request.invalid` for a query that is not UTF-8: what it says would be changed on its way */
export function checkQuery(url: string): void {
  const [, query = ''] = url.split(/\?(.*)/s);
  const issues = query.split('&').flatMap(issuesOf);
  if (issues.length > 0) throw invalid(issues);
}

function issuesOf(pair: string): Issue[] {
  const [name = '', value = ''] = pair.split(/=(.*)/s);
  const [field, wrong] = isUtf8(name) ? [decodeURIComponent(name), value] : ['query', name];
  return isUtf8(wrong) ? [] : [notUtf8(field, wrong)];
}

function isUtf8(encoded: string): boolean {
  try {
    decodeURIComponent(encoded);
    return true;
  } catch {
    return false;
  }
}
