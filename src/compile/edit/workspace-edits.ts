import { findWorkspace, type Workspace } from '../../policy/policy-set.ts';
import type { JsonObject } from '../../policy/text/json.ts';
import { classifyPath, folderOf } from '../file/policy-files.ts';
import type { YamlChange } from '../patch/yaml-change.ts';
import { quote } from '../words/describe-value.ts';
import type { EditGround, FileChange } from './edit-ground.ts';
import { workspacePlace, type EditPlace } from './edit-place.ts';
import { writeMembers } from './member-edits.ts';
import { commonest, requireNewFile, requirePlaceId } from './new-files.ts';
import { RefusedEdit, type CreateWorkspace, type RenameWorkspace } from './policy-edit.ts';
import { testPlaceChanges } from './test-edits.ts';
import { waiverChanges } from './waiver-changes.ts';

/** Makes the file of a workspace, where its organization has those of the others. */
export function createWorkspace(ground: EditGround, edit: CreateWorkspace): FileChange[] {
  const { workspace: id, title } = edit;
  requirePlaceId(id);
  requireFreeId(ground, id);
  const above = organizationOf(ground, edit);
  const beside = [...ground.policy.workspaces.values()].filter(({ organization }) =>
    above ? organization === above.at : organization.id === undefined,
  );
  const folder = commonest(beside.map(folderOfWorkspace)) ?? (above ? folderOf(above.file) : 'policies');
  const file = [`${folder}/${id}.yaml`, `${folder}/${id}-workspace.yaml`].find(
    (path) => classifyPath(path) === 'workspace',
  );
  if (file === undefined) throw new Error(`no file could be the one of workspace ${id}`);
  requireNewFile(ground, file);
  const members = writeMembers(ground, edit.members);
  const create: JsonObject = {
    workspace: id,
    ...(title === undefined ? {} : { title }),
    ...(members === undefined ? {} : { members }),
  };
  const like = beside.find((one) => folderOfWorkspace(one) === folder)?.position.file;
  return [{ file, create, like }];
}

/** Gives a workspace another id; by the one that it had, what was given at run time is found. */
export function renameWorkspace(ground: EditGround, { workspace: id, to }: RenameWorkspace): FileChange[] {
  const workspace = ground.workspace(id);
  requirePlaceId(to);
  if (to === workspace.id) return [];
  if (findWorkspace(ground.policy, to) !== workspace) requireFreeId(ground, to);
  const place = workspacePlace(workspace);
  const here = (change: YamlChange): FileChange => ({ file: place.file, change });
  const rename = (word: string): string | undefined =>
    findWorkspace(ground.policy, word) === workspace ? to : undefined;
  return [
    here({ does: 'set', path: ['workspace'], value: to }),
    here({ does: 'set', path: ['formerly'], value: workspace.id }),
    ...testPlaceChanges(ground, place, to),
    ...waiverChanges(ground, 'workspace', rename),
  ];
}

/** The organization that a workspace is to belong to; undefined for the nameless one. */
function organizationOf(ground: EditGround, { organization }: CreateWorkspace): EditPlace | undefined {
  if (organization !== undefined) return ground.organization(organization);
  const ids = ground.policy.organizations.flatMap(({ id }) => id ?? []);
  const [only] = ids;
  if (only === undefined) return undefined;
  const areNamed = [...ground.policy.workspaces.values()].every((one) => one.organization.id !== undefined);
  if (ids.length === 1 && areNamed) return ground.organization(only);
  throw new RefusedEdit('unknown-organization', 'there are several organizations', 'say which one it belongs to');
}

function requireFreeId(ground: EditGround, id: string): void {
  const known = findWorkspace(ground.policy, id);
  if (!known) return;
  if (known.id === id) {
    throw new RefusedEdit('place-exists', `there is a workspace ${quote(id)}`, 'choose another id');
  }
  const message = `${quote(id)} was the id of workspace ${quote(known.id)}, and still means it`;
  throw new RefusedEdit('former-id-in-use', message, 'choose another id');
}

function folderOfWorkspace({ position }: Workspace): string {
  return folderOf(position.file);
}
