import { assert } from 'chai';
import * as fc from 'fast-check';
import { PolicyCompiler } from '../../../src/compile/compile-policy.ts';
import { applyEdits } from '../../../src/compile/edit/apply-edits.ts';
import { RefusedEdit, type EditedPlace, type PolicyEdit } from '../../../src/compile/edit/policy-edit.ts';
import type { SourceFile } from '../../../src/compile/file/policy-files.ts';
import { formatCell, type Permission } from '../../../src/policy/permission.ts';
import type { Organization, PolicySet, Workspace } from '../../../src/policy/policy-set.ts';
import { allowsCell, type Role } from '../../../src/policy/role.ts';
import type { JsonObject } from '../../../src/policy/text/json.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';
import { fixedNowMs, policyFiles, randomPolicy } from '../../support/random-policy.ts';
import { layOut, type Pick } from '../patch/random-layout.ts';

const runs = lawRuns(60);

function compile(files: readonly SourceFile[]): PolicySet {
  const { policy, problems } = new PolicyCompiler().compile(files, fixedNowMs);
  return policy ?? assert.fail(problems.map(({ file, line, message }) => `${file}:${line} ${message}`).join('\n'));
}

/** What a role allows by itself, in single scopes, by name. */
function heldNames(role: Role | undefined, permissions: Iterable<Permission>): Set<string> {
  const cells = [...permissions].flatMap(({ cells: all }) => all.filter(({ scopes }) => scopes.length <= 1));
  return new Set(cells.filter((cell) => role && allowsCell(role, cell)).map(formatCell));
}

function namesOf(word: string, policy: PolicySet): string[] {
  const [id = '', scope] = word.split('@');
  const { scopes } = policy.catalog.permissions.get(id)!;
  if (scope !== undefined) return [word];
  return scopes.length === 0 ? [id] : scopes.map((one) => `${id}@${one.id}`);
}

type PlaceOf = (policy: PolicySet) => Organization | Workspace;

/** A workspace, or the company. */
function drawPlace({ workspaces, organizations }: PolicySet, pick: Pick): readonly [EditedPlace, PlaceOf] {
  const [company] = organizations;
  const organization = company?.id;
  if (organization !== undefined && company!.roles.size > 0 && pick(3) === 0) {
    return [{ organization }, (policy) => policy.organizations.find(({ id }) => id === organization)!];
  }
  const workspace = [...workspaces.keys()][pick(workspaces.size)]!;
  return [{ workspace }, (policy) => policy.workspaces.get(workspace)!];
}

const textOf = (file: SourceFile): string => ('content' in file ? Buffer.from(file.content).toString() : '');

describe('edits of any policy in any layout', () => {
  it('change a role to exactly what is wanted, and no other role that does not extend it', () => {
    const counted = { changed: 0, refused: 0 };
    fc.assert(
      fc.property(randomPolicy, fc.infiniteStream(fc.nat(9999)), (drawn, stream) => {
        const pick: Pick = (count) => (stream.next().value as number) % count;
        const files = policyFiles(drawn, (value) => layOut(value as JsonObject, pick));
        const policy = compile(files);
        const [name, placeIn] = drawPlace(policy, pick);
        const place = placeIn(policy);
        const roles = [...place.roles.keys()];
        if (roles.length === 0) return;
        const role = roles[pick(roles.length)]!;
        const permissions = [...policy.catalog.permissions.values()];
        const words = permissions.flatMap(({ id, scopes }) => [id, ...scopes.map((scope) => `${id}@${scope.id}`)]);
        const draw = (most: number): string[] =>
          Array.from({ length: pick(most + 1) }, () => words[pick(words.length)]!);
        const edit: PolicyEdit = {
          edit: 'role.change',
          ...name,
          role,
          allow: draw(3),
          disallow: draw(3),
          // Which wildcards are spelled out changes nothing of what the role gives today.
          spelled: [['*'], [], []][pick(3)]!,
        };
        const about = (): string => `${JSON.stringify(edit)}\n${files.map(textOf).join('\n---\n')}`;
        let after: readonly SourceFile[];
        try {
          after = applyEdits(files, policy, [edit], compile);
        } catch (error) {
          if (!(error instanceof RefusedEdit)) throw error;
          assert.include(
            ['baseline', 'denied-by-parent', 'out-of-reach', 'contradiction'],
            error.code,
            `${error.message}\n${about()}`,
          );
          counted.refused += 1;
          return;
        }
        counted.changed += 1;
        const changed = compile(after);
        const before = heldNames(place.roles.get(role), permissions);
        const wanted = new Set([...before, ...(edit.allow ?? []).flatMap((word) => namesOf(word, policy))]);
        const baseline = new Set([...policy.catalog.baseline].map(formatCell));
        for (const name of (edit.disallow ?? []).flatMap((word) => namesOf(word, policy))) {
          if (!baseline.has(name)) wanted.delete(name);
        }
        const now = placeIn(changed).roles;
        assert.sameMembers([...heldNames(now.get(role), changed.catalog.permissions.values())], [...wanted], about());
        for (const [id, other] of place.roles) {
          if (id === role || other.extends.length > 0) continue;
          const same = heldNames(now.get(id), changed.catalog.permissions.values());
          assert.sameMembers([...same], [...heldNames(other, permissions)], `${id}: ${about()}`);
        }
        const again = applyEdits(after, changed, [edit], compile);
        assert.deepEqual(again.map(textOf), after.map(textOf), `again: ${about()}`);
        assert.deepEqual(
          after
            .filter((file, index) => file !== files[index])
            .map(({ path }) => path)
            .slice(1),
          [],
          about(),
        );
      }),
      { numRuns: lawRuns(3) * runs, includeErrorInReport: true },
    );
    assertReached(counted.changed, runs / 2);
  }).timeout(60_000 + 1000 * runs);

  it('rename a role so that nobody gains or loses, and delete one so that its holders have the other', () => {
    let made = 0;
    fc.assert(
      fc.property(randomPolicy, fc.infiniteStream(fc.nat(9999)), (drawn, stream) => {
        const pick: Pick = (count) => (stream.next().value as number) % count;
        const files = policyFiles(drawn, (value) => layOut(value as JsonObject, pick));
        const policy = compile(files);
        const workspace = [...policy.workspaces.values()][pick(policy.workspaces.size)]!;
        const roles = [...workspace.roles.keys()];
        if (roles.length === 0) return;
        const role = roles[pick(roles.length)]!;
        const isRename = pick(2) === 0;
        const edit: PolicyEdit = isRename
          ? { edit: 'role.rename', workspace: workspace.id, role, to: 'renamed' }
          : { edit: 'role.delete', workspace: workspace.id, role, to: 'member' };
        const about = (): string => `${JSON.stringify(edit)}\n${files.map(textOf).join('\n---\n')}`;
        let after: readonly SourceFile[];
        try {
          after = applyEdits(files, policy, [edit], compile);
        } catch (error) {
          if (!(error instanceof RefusedEdit)) throw error;
          assert.equal(error.code, 'extended-role', `${error.message}\n${about()}`);
          return;
        }
        made += 1;
        const { policy: changed, problems } = new PolicyCompiler().compile(after, fixedNowMs);
        // Two roles of one member that become the same may be given for times that overlap.
        if (!changed) {
          assert.isTrue(
            !isRename && problems.every(({ code }) => code !== 'yaml-syntax'),
            `${problems.map(({ message }) => message).join()}\n${about()}`,
          );
          return;
        }
        const to = isRename ? 'renamed' : 'member';
        const renamed = (id: string): string => (id === role ? to : id);
        for (const [type, byId] of workspace.members) {
          for (const [id, member] of byId) {
            const held = new Set(member.assignments.map((one) => renamed(one.role.id)));
            const now = changed.workspaces.get(workspace.id)!.members.get(type)?.get(id)?.assignments ?? [];
            assert.sameMembers([...new Set(now.map((one) => one.role.id))], [...held], about());
          }
        }
        assert.equal(changed.workspaces.get(workspace.id)!.retired.get(role)?.id, to, about());
      }),
      { numRuns: lawRuns(2) * runs, includeErrorInReport: true },
    );
    assertReached(made, runs / 2);
  }).timeout(60_000 + 1000 * runs);
});
