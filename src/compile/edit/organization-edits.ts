import { findOrganization } from '../../policy/policy-set.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../policy/text/json.ts';
import { folderOf } from '../file/policy-files.ts';
import type { YamlChange } from '../patch/yaml-change.ts';
import { quote } from '../words/describe-value.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import { writeMembers } from './member-edits.ts';
import { commonest, requireNewFile, requirePlaceId } from './new-files.ts';
import { RefusedEdit, type ChangeOrganization, type CreateOrganization } from './policy-edit.ts';

/** Makes the file of a company, in a folder of its own beside those of the others. */
export function createOrganization(ground: EditGround, edit: CreateOrganization): FileChange[] {
  const { organization: id, title, plan, properties } = edit;
  requirePlaceId(id);
  requireFreeId(ground, id);
  const files = ground.policy.organizations.flatMap(({ position }) => position?.file ?? []);
  // One at the top of `policies/` has no folder of its own.
  const own = files.filter((path) => folderOf(path) !== top);
  const base = commonest(own.map((path) => folderOf(folderOf(path)))) ?? top;
  const folder = `${base}/${id}`;
  requireNewFile(ground, `${folder}/organization.yaml`);
  requireEmpty(ground, folder);
  const members = writeMembers(ground, edit.members);
  const create: JsonObject = {
    organization: id,
    ...(title === undefined ? {} : { title }),
    ...(plan === undefined ? {} : { plan }),
    ...(properties === undefined || Object.keys(properties).length === 0 ? {} : { properties }),
    ...(members === undefined ? {} : { members }),
  };
  const like = own.find((path) => folderOf(folderOf(path)) === base);
  return [{ file: `${folder}/organization.yaml`, create, like }];
}

/** Says the plan and the title of a company, and what it sets; what is not named stays. */
export function changeOrganization(ground: EditGround, edit: ChangeOrganization): FileChange[] {
  const { file } = ground.organization(edit.organization);
  const data = ground.data(file);
  const texts = (['title', 'plan'] as const).flatMap((key): YamlChange[] => {
    const value = edit[key];
    return value === undefined ? [] : [{ does: 'set', path: [key], value }];
  });
  const { properties: known } = data;
  const set = Object.entries(edit.properties ?? {});
  const fresh = set.filter(([, value]) => value !== null);
  const properties: YamlChange[] = isJsonObject(known)
    ? set.flatMap(([key, value]) => propertyChange(known, key, value))
    : fresh.length === 0
      ? []
      : [{ does: 'set', path: ['properties'], value: Object.fromEntries(fresh) }];
  return [...texts, ...properties].map((change) => ({ file, change }));
}

function propertyChange(known: JsonObject, key: string, value: JsonValue): YamlChange[] {
  const path = ['properties', key];
  if (value !== null) return [{ does: 'set', path, value }];
  return Object.hasOwn(known, key) ? [{ does: 'remove', path }] : [];
}

const top = 'policies';

function requireFreeId(ground: EditGround, id: string): void {
  const known = findOrganization(ground.policy, id);
  if (!known) return;
  if (known.id === id) {
    throw new RefusedEdit('place-exists', `there is an organization ${quote(id)}`, 'choose another id');
  }
  const message = `${quote(id)} was the id of organization ${quote(known.id ?? '')}, and still means it`;
  throw new RefusedEdit('former-id-in-use', message, 'choose another id');
}

// Workspaces that are in the folder would belong to it from then on.
function requireEmpty(ground: EditGround, folder: string): void {
  const inside = ground.paths.find((path) => path.toLowerCase().startsWith(`${folder.toLowerCase()}/`));
  if (inside === undefined) return;
  const message = `the folder ${quote(folder)} is there already, with ${quote(inside)}`;
  const help = 'where workspaces in it are to belong to the organization, write its `organization.yaml` by hand';
  throw new RefusedEdit('file-exists', message, help);
}
