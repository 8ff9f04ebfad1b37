// Publishes a policy folder and kills itself in the middle, as `kill -9` would: when its rows are written and its release
// is not, or when all is written and nothing is kept.
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import type { Database } from '../../src/store/database/database.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import { openDatabase } from '../../src/store/database/connection/open-database.ts';
import { publishRelease } from '../../src/store/database/releases/publish-release.ts';
import type { ReadFile } from '../../src/store/database/releases/release.ts';
import { PolicyDirectory } from '../../src/store/folder/policy-directory.ts';

const [url = '', folder = '', moment = 'rules'] = process.argv.slice(2);
const die = (): boolean => process.kill(process.pid, 'SIGKILL');
const files = (await new PolicyDirectory(folder).read('deciding')) as ReadFile[];
const { policy } = compilePolicy(files, Date.now());
if (!policy) throw new Error('the policy has errors');
const database = await openDatabase(new DatabaseUrl(url, 'argv'), 'write', '/');
const dying: Pick<Database, 'url' | 'write'> = {
  url: database.url,
  write: (work) =>
    database.write(async (manager) => {
      const result = await work(manager);
      die();
      return result;
    }),
};
const publication = { policy, files, commit: undefined, author: 'killed', now: Date.now };
await publishRelease(dying, publication, () => {
  if (moment === 'rules') die();
});
