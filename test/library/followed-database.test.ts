import { join } from 'node:path';
import { assert } from 'chai';
import { followPolicy } from '../../src/library/library.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { Publisher } from '../support/database-fixture.ts';
import { createPolicyFolder, governedPolicy, type PolicyFolder } from '../support/policy-folder.ts';
import { waitFor } from '../support/wait-for.ts';

describe('a database followed in the application', () => {
  let folder: PolicyFolder;
  let publisher: Publisher;
  beforeEach(async () => {
    folder = await createPolicyFolder({});
    publisher = new Publisher(new DatabaseUrl(`sqlite:${join(folder.root, 'releases.db')}`, 'test'));
  });
  afterEach(async () => {
    await (await publisher.database).close();
    await folder.dispose();
  });

  it('decides by what is published, and goes on when the database is gone', async () => {
    await publisher.publish();
    const engine = await followPolicy({ database: publisher.url.shown, pollMs: 50 });
    try {
      const asked = { subject: 'bo@acme.example', workspace: 'support', permission: 'analytics:view' };
      assert.isFalse(engine.decide(asked));
      const text = governedPolicy()['policies/support.yaml'] ?? '';
      await publisher.publish({
        'policies/support.yaml': text
          .replace('"tag:*"', '"tag:*", analytics:view')
          .replace('bo@acme.example: trainee', 'bo@acme.example: team-lead'),
      });
      await waitFor('the release', () => engine.decide(asked));
      await folder.remove('releases.db');
      assert.strictEqual((await engine.reload()).outcome, 'failed');
      assert.isTrue(engine.isStale);
      assert.isTrue(engine.decide(asked));
    } finally {
      await engine.close();
    }
  });
});
