// Gives one role after another until it is killed, and says of each when the database has it.
import { compilePolicy } from '../../src/compile/compile-policy.ts';
import { runtimeRows } from '../../src/compile/casbin/runtime-rows.ts';
import { PolicyPlaces } from '../../src/policy/policy-places.ts';
import { changeMember } from '../../src/store/database/members/change-member.ts';
import { DatabaseUrl } from '../../src/store/database/database-url.ts';
import type { MemberChangeRequest } from '../../src/store/database/members/member-change.ts';
import { openDatabase } from '../../src/store/database/connection/open-database.ts';
import { readState } from '../../src/store/database/members/read-changes.ts';
import { ReleaseFiles } from '../../src/store/database/releases/release-files.ts';

const [url = '', name = ''] = process.argv.slice(2);
const database = await openDatabase(new DatabaseUrl(url, 'argv'), 'write', '/');
const { policy } = compilePolicy(await new ReleaseFiles(database).read(), Date.now());
if (!policy) throw new Error('the policy has errors');
const places = new PolicyPlaces(policy);
for (let index = 0; ; index += 1) {
  const request: MemberChangeRequest = {
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
    judge: () => ({ gRows: runtimeRows(places, request, Date.now()) }),
  });
  process.stdout.write(`${name}${index}\n`);
}
