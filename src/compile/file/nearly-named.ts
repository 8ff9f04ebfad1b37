import { skeletonOf } from '../../policy/text/look-alikes.ts';
import { nearest } from '../words/suggest.ts';

/**
 * The name that a file below `policies/` was meant to have; undefined when it has it, or was meant to be something else.
 * Under its own name, what it says would be left out silently, and that may be a deny.
 */
export function nameMeant(name: string): string | undefined {
  if (name.endsWith('.yaml')) return meantByYaml(name);
  const stem = stemOf(name);
  return stem === undefined ? undefined : (meantByYaml(`${stem}.yaml`) ?? `${stem}.yaml`);
}

/** The same of a file at the top of a policy directory, where others may have files, such as a `roles.json`. */
export function topNameMeant(name: string): string | undefined {
  if (name === 'roles.yaml' || /json/i.test(name)) return undefined;
  return stemOf(name)?.toLowerCase() === 'roles' || name.toLowerCase() === 'roles.yaml' ? 'roles.yaml' : undefined;
}

/** Names of a test that would be read as a workspace: `sales.tests.yaml`, `sales.spec.yaml`, `sales.Test.yaml`. */
const testPattern = /\.(?:tests?|specs?)\.yaml$/i;

// On some systems a name is the same in capitals.
function meantByYaml(name: string): string | undefined {
  if (/^organization\.yaml$/i.test(name)) return name === 'organization.yaml' ? undefined : 'organization.yaml';
  return testPattern.test(name) && !name.endsWith('.test.yaml') ? name.replace(testPattern, '.test.yaml') : undefined;
}

/**
 * What is put aside on purpose, by an editor, by git, by somebody: the copy of a file that is there, or one that is not
 * to count. Behind `.yaml` anything else is a mistake, as the `.txt` that Windows does not show.
 */
const asidePattern = /~$|^#.*#$|\.(?:bak|backup|disabled|example|old|orig|rej|sample|save|sw[a-z]|tmp)\d*$/i;

const withinPattern = /\.ya?ml(?![a-z0-9])/i;
const endingPattern = /[.,]\s*([a-z0-9]+)[^a-z0-9]*$/i;

/** What stands before the ending, when that is near `.yaml`. */
function stemOf(name: string): string | undefined {
  if (asidePattern.test(name)) return undefined;
  const shown = readable(name);
  const end = withinPattern.exec(shown)?.index ?? nearEnd(shown) ?? 0;
  const stem = shown.slice(0, end).trim();
  return stem === '' ? undefined : stem;
}

// As a reader takes it: without what is not seen, and letters of other scripts as what they look like.
function readable(name: string): string {
  return skeletonOf(name.normalize('NFKC').replaceAll(/[\p{Cc}\p{Default_Ignorable_Code_Point}]/gu, ''));
}

function nearEnd(name: string): number | undefined {
  const found = endingPattern.exec(name);
  const ending = found?.[1]?.toLowerCase() ?? '';
  // One letter too many, too few or another, or two exchanged. `xml` is as near, and something else.
  const isNear =
    (ending.startsWith('y') && nearest(ending, ['yaml', 'yml']) !== undefined) ||
    ['almy', 'lmy'].includes(sorted(ending));
  return isNear || /^json[c5]?$/.test(ending) ? found?.index : undefined;
}

function sorted(letters: string): string {
  return Array.from(letters).sort().join('');
}
