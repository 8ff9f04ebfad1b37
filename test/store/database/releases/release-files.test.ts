import { assert } from 'chai';
import { compilePolicy } from '../../../../src/compile/compile-policy.ts';
import type { Database } from '../../../../src/store/database/database.ts';
import { DatabaseUrl } from '../../../../src/store/database/database-url.ts';
import { migrateDatabase } from '../../../../src/store/database/tables/migrate-database.ts';
import { openDatabase } from '../../../../src/store/database/connection/open-database.ts';
import { publishRelease } from '../../../../src/store/database/releases/publish-release.ts';
import { readRelease } from '../../../../src/store/database/releases/read-releases.ts';
import { ReleaseFiles } from '../../../../src/store/database/releases/release-files.ts';
import type { ReadFile } from '../../../../src/store/database/releases/release.ts';
import { smallPolicy } from '../../../support/policy-folder.ts';
import { testDatabases, type TestDatabases } from '../../../support/test-databases.ts';
import { contentOf, pathsOf, textOf } from '../../../support/source-files.ts';

for (const { kind, open } of testDatabases) {
  describe(`the files of the newest release on ${kind}`, () => {
    let databases: TestDatabases;
    let database: Database;
    let reader: Database;
    let files: ReleaseFiles;

    before(async function () {
      this.timeout(60_000);
      databases = await open();
    });
    after(() => databases.dispose());
    beforeEach(async () => {
      const url = new DatabaseUrl(await databases.create(), '--database');
      database = await openDatabase(url, 'write', '/');
      await migrateDatabase(database);
      reader = await openDatabase(url, 'read', '/');
      files = new ReleaseFiles(reader);
    });
    afterEach(async () => {
      await database.close();
      await reader.close();
    });

    const publish = async (edits: Record<string, string> = {}): Promise<string> => {
      const atMs = Date.now();
      const texts = { ...smallPolicy(), ...edits };
      const read: ReadFile[] = Object.entries(texts).map(([path, text]) => ({ path, content: Buffer.from(text) }));
      const { policy } = compilePolicy(read, atMs);
      if (!policy) assert.fail('the policy has errors');
      await publishRelease(database, { policy, files: read, commit: undefined, author: 'ana', now: () => atMs });
      return policy.revision;
    };
    const sales = { 'policies/sales.yaml': 'workspace: sales\ntitle: Sales\nmembers: { ana@acme.example: member }\n' };

    it('are not there before something is published', async () => {
      const error = await files.read().catch((refusal: unknown) => refusal);
      assert.match(String(error), /nothing was published to/);
      assert.isUndefined(files.release);
      assert.deepEqual(await files.findChanged(), new Set());
    });

    it('compile to the revision that was published, byte for byte as they were', async () => {
      const revision = await publish();
      const read = await files.read();
      assert.deepEqual(pathsOf(read), Object.keys(smallPolicy()).sort());
      for (const [path, text] of Object.entries(smallPolicy())) assert.equal(textOf(read, path), text);
      assert.equal(compilePolicy(read, Date.now()).policy?.revision, revision);
      assert.deepInclude(files.release, { revision, sequence: 1, author: 'ana' });
    });

    it('are the very same until something else is published, and then what did not change still is', async () => {
      await publish();
      const first = await files.read();
      assert.deepEqual(await files.findChanged(), new Set());
      assert.strictEqual(await files.read(), first);
      const revision = await publish(sales);
      assert.equal(await files.findChanged(), 'anything');
      const second = await files.read();
      assert.equal(compilePolicy(second, Date.now()).policy?.revision, revision);
      assert.sameMembers(
        second.filter((file) => first.includes(file)),
        [...first],
      );
      assert.include(pathsOf(second), 'policies/sales.yaml');
      await publish();
      assert.notInclude(pathsOf(await files.read()), 'policies/sales.yaml');
      assert.strictEqual(contentOf(await files.read(), 'roles.yaml'), contentOf(first, 'roles.yaml'));
    });

    it('are refused when somebody has altered them in the database, and what was read stays', async () => {
      await publish();
      await files.read();
      const revision = await publish(sales);
      await database.write((manager) =>
        manager.query(
          kind === 'postgres'
            ? `UPDATE rolebook_file SET content = content || '\\x0a'`
            : `UPDATE rolebook_file SET content = content || x'0a'`,
        ),
      );
      const says = /is damaged: `policies\/sales\.yaml` of release 2 is not what was published/;
      assert.match(String(await files.read().catch((refusal: unknown) => refusal)), says);
      assert.equal(files.release?.sequence, 1);
      assert.match(
        String(await readRelease(reader, { kind: 'files', policy: revision }).catch((refusal: unknown) => refusal)),
        /is damaged/,
      );
    });
  });
}
