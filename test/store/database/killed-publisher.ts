// Publishes a policy folder and kills itself in the middle, as `kill -9` would: its rows are written, its release is not.
import { compilePolicy } from '../../../src/compile/compile-policy.ts';
import { DatabaseUrl } from '../../../src/store/database/database-url.ts';
import { openDatabase } from '../../../src/store/database/open-database.ts';
import { publishRelease } from '../../../src/store/database/publish-release.ts';
import type { ReadFile } from '../../../src/store/database/release.ts';
import { PolicyDirectory } from '../../../src/store/policy-directory.ts';

const [url = '', folder = ''] = process.argv.slice(2);
const files = (await new PolicyDirectory(folder).read('deciding')) as ReadFile[];
const { policy } = compilePolicy(files, Date.now());
if (!policy) throw new Error('the policy has errors');
const database = await openDatabase(new DatabaseUrl(url, 'argv'), 'write', '/');
const publication = { policy, files, commit: undefined, author: 'killed', atMs: Date.now() };
await publishRelease(database, publication, () => process.kill(process.pid, 'SIGKILL'));
