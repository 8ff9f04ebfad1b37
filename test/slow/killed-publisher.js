// Publishes a policy folder and kills itself in the middle, as `kill -9` would: when its rows are written and its release
// is not, or when all is written and nothing is kept.
import { compilePolicy } from '../../dist/compile/compile-policy.js';
import { DatabaseUrl } from '../../dist/store/database/database-url.js';
import { openDatabase } from '../../dist/store/database/connection/open-database.js';
import { publishRelease } from '../../dist/store/database/releases/publish-release.js';
import { PolicyDirectory } from '../../dist/store/folder/policy-directory.js';

const [url = '', folder = '', moment = 'rules'] = process.argv.slice(2);
const die = () => process.kill(process.pid, 'SIGKILL');
const files = await new PolicyDirectory(folder).read('deciding');
const { policy } = compilePolicy(files, Date.now());
if (!policy) throw new Error('the policy has errors');
const database = await openDatabase(new DatabaseUrl(url, 'argv'), 'write', '/');
const dying = {
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
