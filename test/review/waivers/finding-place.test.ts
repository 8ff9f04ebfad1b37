import { assert } from 'chai';
import { FindingPlaces, type FindingPlace } from '../../../src/review/waivers/finding-place.ts';
import { compileTexts, sourceFiles, type PolicyTexts } from '../../support/policy-texts.ts';

const texts: PolicyTexts = {
  'roles.yaml': `subjectTypes: [user, service]
scopes:
  own: { when: { resource.owner: $subject.id } }
permissions:
  "10":
    a:b: { title: t, scopes: [own] }
    a:2c: u
  B: { c:d: v }
baseline: [c:d, "*@own"]
roles:
  member: { grants: ["a:b@own", a:2c] }
  Boss:
    grants: ["*"]
    spans: organization
  helper: { spans: everything }
staff: { mia: helper, tom: [{ role: helper, until: 2026-01-01 }] }
`,
  'policies/x/organization.yaml': 'organization: "42"\nroles: { area: { grants: [c:d] } }\nmembers: { ana: Boss }\n',
  'policies/x/w.yaml': `workspace: "01"
roles:
  "a.lead":
    extends: member
    grants: [a:2c, "a:*"]
    denies: [ "c:d" ]
retired: { old: member }
members:
  "10": member
  bo@x.example:
    - member
    - { role: a.lead, until: 2027-01-01 }
  "service:bot":
    roles:
      - role: a.lead
        until: 2027-01-01
    properties: { team: red }
  user:cy: { roles: a.lead }
`,
  'policies/x/w.test.yaml':
    'tests:\n  - { name: n, workspace: "01", as: bo@x.example, can: [a:2c] }\n  - { name: m, workspace: "01", as: [dee, { role: member }], can: [a:2c] }\n',
  'policies/free.yaml': 'workspace: free\nmembers: { ana: member }\n',
};

const { policy } = compileTexts(texts);
const places = new FindingPlaces(sourceFiles(texts), policy, (path) => path);

/** What stands where a text begins in a file. */
function placeOf(file: string, text: string, skip = 0): FindingPlace {
  const before = (texts[file] ?? '')
    .split(text)
    .slice(0, skip + 1)
    .join(text);
  const lines = before.split('\n');
  const { file: found, ...place } = places.placeOf({
    file,
    line: lines.length,
    column: (lines.at(-1) ?? '').length + 1,
  });
  assert.equal(found, file);
  return place;
}

describe('what a finding is about', () => {
  it('in roles.yaml is a role, a permission, a scope, or a grant of one of them', () => {
    const place = (text: string, skip = 0): FindingPlace => placeOf('roles.yaml', text, skip);
    assert.deepEqual(place('own: {'), { scope: 'own' });
    assert.deepEqual(place('$subject.id'), { scope: 'own' });
    assert.deepEqual(place('a:b:'), { permission: 'a:b' });
    assert.deepEqual(place('[own]'), { permission: 'a:b' });
    assert.deepEqual(place('a:2c: u'), { permission: 'a:2c' });
    assert.deepEqual(place('c:d: v'), { permission: 'c:d' });
    assert.deepEqual(place('"*@own"'), { permission: '*@own' });
    assert.deepEqual(place('member: {'), { role: 'member' });
    assert.deepEqual(place('"a:b@own"'), { role: 'member', permission: 'a:b@own' });
    assert.deepEqual(place('Boss'), { role: 'Boss' });
    assert.deepEqual(place('spans'), { role: 'Boss' });
    assert.deepEqual(place('permissions'), {});
    assert.deepEqual(place('mia'), { member: 'mia' });
    assert.deepEqual(place('helper, until'), { member: 'tom', role: 'helper' });
  });

  it('in a pair that excludes each other is the one of them', () => {
    const text = 'exclusive: [[a:b, c:d]]\n';
    const content = Buffer.from(text);
    const own = new FindingPlaces([{ path: 'roles.yaml', content }], undefined, (path) => path);
    const at = (column: number): FindingPlace => own.placeOf({ file: 'roles.yaml', line: 1, column });
    assert.deepEqual(at(text.indexOf('a:b') + 1), { file: 'roles.yaml', permission: 'a:b' });
    assert.deepEqual(at(text.indexOf('c:d') + 1), { file: 'roles.yaml', permission: 'c:d' });
  });

  it('in the file of a workspace is that, with its organization, and a role or a member of it', () => {
    const place = (text: string, skip = 0): FindingPlace => placeOf('policies/x/w.yaml', text, skip);
    const where = { organization: '42', workspace: '01' };
    assert.deepEqual(place('"01"'), where);
    assert.deepEqual(place('"a.lead"'), { ...where, role: 'a.lead' });
    assert.deepEqual(place('extends'), { ...where, role: 'a.lead' });
    assert.deepEqual(place('"a:*"'), { ...where, role: 'a.lead', permission: 'a:*' });
    assert.deepEqual(place('"c:d"'), { ...where, role: 'a.lead', permission: 'c:d' });
    assert.deepEqual(place('old'), { ...where, role: 'old' });
    assert.deepEqual(place('"10"'), { ...where, member: '10' });
    assert.deepEqual(place('bo@x.example'), { ...where, member: 'bo@x.example' });
    assert.deepEqual(place('member\n    - {'), { ...where, member: 'bo@x.example', role: 'member' });
    assert.deepEqual(place('a.lead, until'), { ...where, member: 'bo@x.example', role: 'a.lead' });
    assert.deepEqual(place('"service:bot"'), { ...where, member: 'service:bot' });
    assert.deepEqual(place('role: a.lead\n'), { ...where, member: 'service:bot', role: 'a.lead' });
    assert.deepEqual(place('team'), { ...where, member: 'service:bot' });
    // `user:cy` is written `cy`, too.
    assert.deepEqual(place('user:cy'), { ...where, member: 'cy' });
    assert.deepEqual(placeOf('policies/free.yaml', 'ana'), { workspace: 'free', member: 'ana' });
  });

  it('in other files is the organization, or what a test asks about', () => {
    assert.deepEqual(placeOf('policies/x/organization.yaml', '"42"'), { organization: '42' });
    assert.deepEqual(placeOf('policies/x/organization.yaml', 'area'), { organization: '42', role: 'area' });
    assert.deepEqual(placeOf('policies/x/organization.yaml', 'ana'), { organization: '42', member: 'ana' });
    const test = { organization: '42', workspace: '01' };
    assert.deepEqual(placeOf('policies/x/w.test.yaml', 'name: n'), test);
    assert.deepEqual(placeOf('policies/x/w.test.yaml', 'bo@x.example'), { ...test, member: 'bo@x.example' });
    assert.deepEqual(placeOf('policies/x/w.test.yaml', 'dee'), { ...test, member: 'dee' });
    assert.deepEqual(placeOf('policies/x/w.test.yaml', '{ role: member'), test);
  });

  it('is the file alone where nothing more can be said', () => {
    for (const file of ['policies', 'policies/gone.yaml', 'model.conf']) {
      assert.deepEqual(places.placeOf({ file, line: 1, column: 1 }), { file });
    }
    const broken = new FindingPlaces(
      sourceFiles({ 'roles.yaml': 'roles: [', 'policies/w.yaml': '- a\n' }),
      undefined,
      (path) => path,
    );
    assert.deepEqual(broken.placeOf({ file: 'roles.yaml', line: 1, column: 5 }), { file: 'roles.yaml' });
    assert.deepEqual(broken.placeOf({ file: 'policies/w.yaml', line: 1, column: 3 }), { file: 'policies/w.yaml' });
  });
});
