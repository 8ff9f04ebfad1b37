import type { Enforcer } from 'casbin';
import { assert } from 'chai';
import * as fc from 'fast-check';
import { DataSource, type DataSourceOptions } from 'typeorm';
import adapterModule from 'typeorm-adapter';
import { modelText } from '../../../../src/compile/casbin/casbin-model.ts';
import { compilePolicy } from '../../../../src/compile/compile-policy.ts';
import { CasbinEngine } from '../../../../src/engine/casbin-engine.ts';
import { allRoles, type PolicySet } from '../../../../src/policy/policy-set.ts';
import type { SubjectId } from '../../../../src/policy/subject.ts';
import type { Database } from '../../../../src/store/database/database.ts';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import { migrateDatabase } from '../../../../src/store/database/tables/migrate-database.ts';
import { openDatabase } from '../../../../src/store/database/connection/open-database.ts';
import { publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import type { ReadFile } from '../../../../src/store/database/releases/release.ts';
import { loadSqliteDriver } from '../../../../src/store/database/connection/sqlite-driver.ts';
import { everybodyOf, randomGroupedPolicy } from '../../../support/random-groups.ts';
import { fixedNowMs, hostileIds, policyFiles } from '../../../support/random-policy.ts';
import { newEnforcer, newModelFromString } from '../../../support/stock-casbin.ts';
import { testDatabases, type TestDatabases } from '../../../support/test-databases.ts';

type Adapter = Awaited<ReturnType<typeof adapterModule.default.newAdapter>>;

/** As its manual says, with all its defaults: it makes a connection and synchronizes its table. */
function stockAdapter(url: DatabaseUrl): Promise<Adapter> {
  const options: DataSourceOptions =
    url.kind === 'postgres'
      ? { type: 'postgres', url: url.reveal() }
      : { type: 'better-sqlite3', driver: loadSqliteDriver(), database: url.reveal() };
  return adapterModule.default.newAdapter(options);
}

function subjectsOf(policy: PolicySet): SubjectId[] {
  return [...everybodyOf(policy), ...hostileIds.slice(0, 8).map((id) => ({ type: 'user', id }))];
}

for (const { kind, open } of testDatabases) {
  describe(`stock Casbin with a stock typeorm-adapter on ${kind}`, () => {
    let databases: TestDatabases;
    let url: DatabaseUrl;
    let database: Database;
    let adapter: Adapter;

    before(async function () {
      this.timeout(60_000);
      databases = await open();
      url = new DatabaseUrl(await databases.create(), '--database');
      database = await openDatabase(url, 'write', '/');
      await migrateDatabase(database);
      adapter = await stockAdapter(url);
    });
    after(async () => {
      await adapter.close();
      await database.close();
      await databases.dispose();
    });

    const publish = async (files: readonly ReadFile[]): Promise<PolicySet> => {
      const { policy, problems } = compilePolicy(files, fixedNowMs);
      if (!policy) assert.fail(problems.map(({ message }) => message).join('\n'));
      await publishRelease(database, { policy, files, commit: undefined, author: 'ana', now: () => fixedNowMs });
      return policy;
    };
    const load = (): Promise<Enforcer> => newEnforcer(newModelFromString(modelText), adapter);

    it('decides what rolebook decides, whatever was published before', async () => {
      let granted = 0;
      let denied = 0;
      await fc.assert(
        fc.asyncProperty(randomGroupedPolicy, fc.infiniteStream(fc.nat(999)), async (drawn, stream) => {
          const policy = await publish(policyFiles(drawn) as ReadFile[]);
          const engine = await CasbinEngine.create(policy);
          const casbin = await load();
          const subjects = subjectsOf(policy);
          const pick = <Item>(items: readonly Item[]): Item =>
            items[(stream.next().value as number) % items.length] as Item;
          for (let asked = 0; asked < 100; asked += 1) {
            const { type, id } = pick(subjects);
            const domain = pick(['one', '2', 'one', '2', 'One', 'organization:acme', 'organization:acme']);
            const organization = domain.split(':')[1];
            const { permission, scopes, scopeWord } = pick(policy.catalog.cells);
            const request = {
              subjectType: type,
              subjectId: id,
              ...(organization === undefined ? { workspace: domain } : { workspace: undefined, organization }),
              permission: permission.id,
              ...(scopes.length > 0 ? { scopes } : {}),
            };
            const { resource, action } = permission;
            const stock = casbin.enforceSync(`${type}:${id}`, domain, resource, action, scopeWord);
            assert.equal(engine.decide(request, fixedNowMs) === 'granted', stock, JSON.stringify(request));
            if (stock) granted += 1;
            else denied += 1;
          }
        }),
        { numRuns: 30 },
      );
      assert.isAbove(granted, 100);
      assert.isAbove(denied, 100);
    }).timeout(60_000);

    it('keeps the members it adds when another policy is published, and its table as it is', async () => {
      const [drawn] = fc.sample(randomGroupedPolicy, { numRuns: 1, seed: 7 });
      if (!drawn) return;
      await publish(policyFiles(drawn) as ReadFile[]);
      await adapter.addPolicy('g', 'g', ['user:dee', 'role:admin', 'one']);
      const files = policyFiles({
        ...drawn,
        organization: { ...drawn.organization, organization: 'other', members: {} },
      }) as ReadFile[];
      const policy = await publish(files);
      const again = await stockAdapter(url);
      const casbin = await newEnforcer(newModelFromString(modelText), again);
      await again.close();
      assert.deepInclude(await casbin.getGroupingPolicy(), ['user:dee', 'role:admin', 'one']);
      assert.lengthOf(await casbin.getPolicy(), allRoles(policy).flatMap(({ rules }) => rules).length);
      await adapter.removePolicy('g', 'g', ['user:dee', 'role:admin', 'one']);
      assert.notDeepInclude(await (await load()).getGroupingPolicy(), ['user:dee', 'role:admin', 'one']);
    });

    it('reads from a connection of rolebook that synchronizes nothing, too', async () => {
      const source = new DataSource({
        ...(kind === 'postgres'
          ? { type: 'postgres', url: url.reveal() }
          : { type: 'better-sqlite3', driver: loadSqliteDriver(), database: url.reveal() }),
        entities: [(await import('typeorm-adapter')).CasbinRule],
        synchronize: false,
      });
      const own = await adapterModule.default.newAdapter({ connection: source });
      const rows = await (await newEnforcer(newModelFromString(modelText), own)).getPolicy();
      await own.close();
      assert.deepEqual(rows.length, (await (await load()).getPolicy()).length);
    });
  });
}
