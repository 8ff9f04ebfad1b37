import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { PolicyCompiler } from '../../../src/compile/compile-policy.ts';
import { CasbinEngine } from '../../../src/engine/casbin-engine.ts';
import { rolesOf } from '../../../src/engine/role-listing.ts';
import type { Workspace } from '../../../src/policy/policy-set.ts';
import { formatSubject, type SubjectId } from '../../../src/policy/subject.ts';
import { accessPlaces, placeNameOf } from '../../../src/review/access/access-places.ts';
import { PolicyDirectory } from '../../../src/store/folder/policy-directory.ts';
import { everybodyAsked, mayAt, questionsAt } from '../../support/ask-everything.ts';
import { everybodyOf } from '../../support/random-groups.ts';
import { runCommand } from '../../support/command-line.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const at = '2026-11-20';
const atMs = Date.parse(at);

/** An answer that a command gave about one place. */
type Told = Readonly<Record<string, unknown>> & { readonly workspace?: string; readonly organization?: string };

const examples = readdirSync(`${repository}examples`).map((name) => `examples/${name}`);

for (const example of ['.', ...examples]) {
  const root = join(repository, example);
  describe(`the questions about the policy in ${example}`, () => {
    let engine: CasbinEngine;

    before(async () => {
      const files = await new PolicyDirectory(root, 'in-one-turn').read('deciding');
      const { policy } = new PolicyCompiler().compile(files, atMs);
      assert(policy);
      engine = await CasbinEngine.create(policy);
    });

    const ask = async (...argv: string[]): Promise<Record<string, unknown>> => {
      const { stdout, exitCode, stderr } = await runCommand([...argv, '--format', 'json'], { cwd: root });
      assert.equal(exitCode, 0, stderr);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const isOf = (place: Workspace, { workspace, organization }: Told): boolean => {
      const { kind, id } = placeNameOf(place);
      return kind === 'workspace' ? workspace === id : workspace === undefined && organization === id;
    };

    it('are answered by who-can as one by one', async () => {
      const { policy } = engine;
      // What a company has set may leave a scope no request; a law compares that with what a subject's listing says.
      const plain = [...policy.catalog.permissions.values()].filter((one) => !one.readsOrganization);
      const ids = plain.map(({ id }) => id).filter((_, index) => index % 5 === 0);
      assert.isNotEmpty(ids);
      for (const id of ids) {
        const holders = (await ask('who-can', id, '--at', at))['holders'] as readonly (Told & { subject: SubjectId })[];
        for (const place of accessPlaces(policy)) {
          const asked = questionsAt(policy, place).filter(([name]) => name.id === id);
          const expected = everybodyAsked(policy).filter((who) =>
            asked.some(([, scopes]) => mayAt(engine, place, who, id, scopes, atMs)),
          );
          const found = holders.filter((holder) => isOf(place, holder)).map(({ subject }) => subject);
          assert.sameDeepMembers(found, expected, `${id} at ${place.id}`);
        }
      }
    });

    it('are answered by access as one by one', async () => {
      const { policy } = engine;
      const [firstType] = policy.catalog.subjectTypes;
      for (const who of everybodyOf(policy).filter((_, index) => index % 7 === 0)) {
        const places = (await ask('access', formatSubject(who, firstType), '--at', at))['places'] as readonly Told[];
        for (const place of accessPlaces(policy)) {
          const told = places.find((one) => isOf(place, one));
          const permissions = (told?.['permissions'] ?? []) as readonly {
            permission: string;
            scopes?: Readonly<Record<string, boolean>>;
          }[];
          for (const [name, scopes = []] of questionsAt(policy, place)) {
            const [permission] = name.permissions;
            if (permission?.id !== name.id || permission.readsOrganization || scopes.length > 1) continue;
            const one = permissions.find((each) => each.permission === name.id);
            const [scope] = scopes;
            const isTold = scope === undefined ? one !== undefined : one?.scopes?.[scope] === true;
            const named = scope === undefined ? undefined : scopes;
            assert.strictEqual(isTold, mayAt(engine, place, who, name.id, named, atMs), `${who.id} ${name.id}`);
          }
        }
      }
    });

    it('are answered by matrix as one by one', async () => {
      for (const place of engine.policy.workspaces.values()) {
        const [workspace, seen] = [place.id, rolesOf(engine.policy, place)];
        const { permissions } = (await ask('matrix', workspace)) as {
          permissions: readonly { permission: string; scope?: string; roles: Record<string, { state: string }> }[];
        };
        for (const { permission, scope, roles } of permissions) {
          if (engine.policy.catalog.permissions.get(permission)?.readsOrganization !== false) continue;
          for (const [id, { state }] of Object.entries(roles)) {
            const role = seen.find((one) => one.id === id);
            assert(role);
            const asked = { subjectType: 'user', subjectId: 'x', workspace, permission };
            const { reason } = engine.explainRoles([role], {
              ...asked,
              scopes: scope === undefined ? undefined : [scope],
            });
            const isTold = ['own', 'inherited', 'everybody'].includes(state);
            assert.strictEqual(isTold, reason.code === 'granted', `${id} ${permission}@${scope ?? ''} in ${workspace}`);
          }
        }
      }
    });
  });
}
