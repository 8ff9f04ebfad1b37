// Gives one role after another until it is killed, and says of each when the database has it.
import { compilePolicy } from '../../dist/compile/compile-policy.js';
import { runtimeRows } from '../../dist/compile/casbin/runtime-rows.js';
import { RuntimeMembers } from '../../dist/engine/runtime-members.js';
import { PolicyPlaces } from '../../dist/policy/policy-places.js';
import { changeMember } from '../../dist/store/database/members/change-member.js';
import { DatabaseUrl } from '../../dist/store/database/database-url.js';
import { openDatabase } from '../../dist/store/database/connection/open-database.js';
import { readState } from '../../dist/store/database/members/read-changes.js';
import { ReleaseFiles } from '../../dist/store/database/releases/release-files.js';

const [url = '', name = ''] = process.argv.slice(2);
const database = await openDatabase(new DatabaseUrl(url, 'argv'), 'write', '/');
const { policy } = compilePolicy(await new ReleaseFiles(database).read(), Date.now());
if (!policy) throw new Error('the policy has errors');
const places = new PolicyPlaces(policy);
for (let index = 0; ; index += 1) {
  const request = {
    place: { kind: 'workspace', id: 'support' },
    subject: { type: 'user', id: `${name}${index}` },
    assignments: [{ role: 'member' }, { role: 'trainee' }],
    actor: { type: 'user', id: name },
  };
  const since = await database.read(readState);
  if (!since) throw new Error('nothing was published');
  await changeMember(database, request, {
    since,
    onMissed: () => undefined,
    judge: () => ({ gRows: runtimeRows(places, request, Date.now(), new RuntimeMembers()) }),
  });
  process.stdout.write(`${name}${index}\n`);
}
