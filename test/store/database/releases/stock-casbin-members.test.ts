import { assert } from 'chai';
import * as fc from 'fast-check';
import adapterModule from 'typeorm-adapter';
import type { DataSourceOptions } from 'typeorm';
import { modelText } from '../../../../src/compile/casbin/casbin-model.ts';
import { compilePolicy } from '../../../../src/compile/compile-policy.ts';
import { CasbinEngine } from '../../../../src/engine/casbin-engine.ts';
import { RuntimeMembers } from '../../../../src/engine/runtime-members.ts';
import { formatInstant } from '../../../../src/policy/text/instant.ts';
import { PolicyPlaces } from '../../../../src/policy/policy-places.ts';
import { groupType } from '../../../../src/policy/policy-set.ts';
import {
  groupPlace,
  inGroup,
  rolesToGive,
  type Place,
  type RuntimeAssignment,
} from '../../../../src/policy/runtime-member.ts';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import type { Database } from '../../../../src/store/database/database.ts';
import {
  MembershipsEnd,
  publishRelease,
  type Publication,
  type PublishOutcome,
} from '../../../../src/store/database/releases/publish-release.ts';
import { readMembers } from '../../../../src/store/database/members/read-changes.ts';
import type { ReadFile } from '../../../../src/store/database/releases/release.ts';
import { loadSqliteDriver } from '../../../../src/store/database/connection/sqlite-driver.ts';
import { randomGroupedPolicy } from '../../../support/random-groups.ts';
import { fixedNowMs, hostileIds, policyFiles } from '../../../support/random-policy.ts';
import { change, onEachDatabase, request, stateOf } from '../../../support/opened-databases.ts';
import { newEnforcer, newModelFromString } from '../../../support/stock-casbin.ts';

const names = ['ana', 'dee', 'eve', ...hostileIds.slice(0, 3)];

/** Publishes, and agrees to whatever ends. */
async function publishAgreed(database: Database, publication: Publication): Promise<PublishOutcome> {
  return publishRelease(database, publication).catch((refusal: unknown) => {
    if (!(refusal instanceof MembershipsEnd)) throw refusal;
    return publishRelease(database, { ...publication, endMemberships: refusal.ended.length });
  });
}

onEachDatabase('stock Casbin with a stock typeorm-adapter and members at run time', (opened) => {
  it('decides what rolebook decides, whatever was published and given before', async () => {
    const { text, database } = opened();
    const url = new DatabaseUrl(text, '--database');
    const options: DataSourceOptions =
      url.kind === 'postgres'
        ? { type: 'postgres', url: url.reveal() }
        : { type: 'better-sqlite3', driver: loadSqliteDriver(), database: url.reveal() };
    const adapter = await adapterModule.default.newAdapter(options);
    const seen = { granted: 0, denied: 0, bySubjects: new Set<string>(), moves: 0 };
    try {
      await fc.assert(
        fc.asyncProperty(randomGroupedPolicy, fc.infiniteStream(fc.nat(9999)), async (drawn, stream) => {
          const pick = <Item>(items: readonly Item[]): Item =>
            items[(stream.next().value as number) % items.length] as Item;
          const files = policyFiles(drawn) as ReadFile[];
          const { policy } = compilePolicy(files, fixedNowMs);
          if (!policy) assert.fail('it has errors');
          const publication = { policy, files, commit: undefined, author: 'ana', now: () => fixedNowMs };
          seen.moves += (await publishAgreed(database, publication)).moves.length;
          const places = new PolicyPlaces(policy);
          const known: Place[] = [
            ...[...policy.workspaces.keys()].map((id): Place => ({ kind: 'workspace', id })),
            ...policy.organizations.flatMap(({ id }): Place[] =>
              id === undefined ? [] : [{ kind: 'organization', id }],
            ),
          ];
          const groups = policy.organizations.flatMap(({ groups: { byId } }) => [...byId.keys()]);
          known.push(...groups.map((group) => groupPlace('acme', group)));
          const since = await stateOf(database);
          let state = since;
          for (let turn = 0; turn < 20; turn += 1) {
            const place = pick(known);
            const group = pick(groups);
            const isOfGroup = place.kind !== 'group' && pick([true, false, false]);
            const subject = isOfGroup
              ? { type: groupType, id: group }
              : { type: policy.catalog.subjectTypes[0], id: pick(names) };
            if (places.writtenMember(place, subject)) continue;
            if (place.kind === 'group') {
              const asked = request(subject.id, pick([[...inGroup], [...inGroup], []]), {
                place,
                subject,
                atMs: fixedNowMs,
              });
              ({ state } = await change(database, policy, asked, { since: state }));
              continue;
            }
            const roles = rolesToGive(policy, place).map(({ id }) => id);
            if (roles.length === 0) continue;
            const assignments: RuntimeAssignment[] = [{ role: pick(roles) }, { role: pick(roles), ...pick(periods) }];
            const asked = request(subject.id, pick([assignments, assignments.slice(1), []]), {
              place,
              subject,
              atMs: fixedNowMs,
            });
            ({ state } = await change(database, policy, asked, { since: state }));
          }
          const runtime = new RuntimeMembers(await database.read(readMembers));
          const engine = await CasbinEngine.create(policy, runtime);
          const casbin = await newEnforcer(newModelFromString(modelText), adapter);
          for (let asked = 0; asked < 150; asked += 1) {
            const [type, id] = [policy.catalog.subjectTypes[0], pick(names)];
            const domain = pick([...policy.workspaces.keys(), 'elsewhere', 'organization:acme']);
            const organization = domain.split(':')[1];
            const { permission, scopes, scopeWord } = pick(policy.catalog.cells);
            const { resource, action } = permission;
            const stock = casbin.enforceSync(`${type}:${id}`, domain, resource, action, scopeWord);
            const question = {
              subjectType: type,
              subjectId: id,
              ...(organization === undefined ? { workspace: domain } : { workspace: undefined, organization }),
              permission: permission.id,
              ...(scopes.length > 0 ? { scopes } : {}),
            };
            assert.equal(engine.decide(question, fixedNowMs) === 'granted', stock, JSON.stringify(question));
            seen[stock ? 'granted' : 'denied'] += 1;
            if (stock) seen.bySubjects.add(id);
          }
        }),
        { numRuns: 20 },
      );
    } finally {
      await adapter.close();
    }
    assert.isAbove(seen.granted, 100);
    assert.isAbove(seen.denied, 100);
    assert.isAbove(seen.moves, 0);
    assert.isAbove(seen.bySubjects.size, 3);
  }).timeout(120_000);
});

const hourMs = 60 * 60 * 1000;
const periods = [
  {},
  { until: formatInstant(fixedNowMs) },
  { from: formatInstant(fixedNowMs) },
  { from: formatInstant(fixedNowMs + hourMs) },
  { from: formatInstant(fixedNowMs - hourMs), until: formatInstant(fixedNowMs + hourMs) },
];
