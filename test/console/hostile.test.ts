import { assert } from 'chai';
import { useBrowser, Visits } from '../support/console-visit.ts';

const script = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
const titles = [
  script,
  'javascript:alert(1)//\'"`',
  '\u202Eelor desrever',
  'مدير الفريق',
  '👩‍👩‍👧‍👦 family 🏳️‍🌈',
  'W'.repeat(120),
  '${7*7} {{7*7}} %s %n &lt;b&gt;',
  '../../etc/passwd',
];

// A character that turns the reading direction may stand in a title as its escape alone.
const quoted = (text: string): string => JSON.stringify(text).replaceAll('\u202e', '\\u202e');

/** A workspace of 40 roles and 200 permissions, whose words are as bad as they may be. */
function hostileFiles(): Record<string, string> {
  const permissions = Array.from(
    { length: 200 },
    (_, index) =>
      `    thing:p${index}: { title: ${quoted(`${titles[index % titles.length] ?? ''} ${index}`.slice(0, 120))} }`,
  );
  const roles = Array.from({ length: 36 }, (_, index) => {
    const title = quoted((titles[index % titles.length] ?? '').slice(0, 120));
    return `  r${index}: { title: ${title}, description: ${quoted(script)}, extends: member, grants: [thing:p${index}] }`;
  });
  return {
    'roles.yaml': `permissions:
  ${quoted(`Odd ${script}`)}:
${permissions.join('\n')}
  Roles:
    role:manage: { title: Manage, controls: roles }
    people:manage: { title: People, controls: members }
roles:
  member: { title: ${quoted(script)}, grants: [thing:p0] }
  admin: { title: Admin, grants: ["*"] }
defaultRole: member
`,
    'policies/organization.yaml': 'organization: acme\n',
    'policies/odd.yaml': `workspace: odd
title: ${quoted(script)}
roles:
${roles.join('\n')}
members:
  ada: admin
  "<b>x</b>@e.example": { roles: [r0], properties: { name: ${quoted(script)} } }
  "日本語": r3
  "${'m'.repeat(200)}": r5
`,
  };
}

describe('titles, ids and reasons that mean harm', function () {
  this.timeout(90_000);
  const browser = useBrowser();
  let visits: Visits;
  before(async () => {
    visits = await Visits.open(browser(), { files: hostileFiles() });
  });
  after(() => visits.close());

  it('are shown as text on every page: nothing runs, nothing is asked of elsewhere, nothing breaks', async () => {
    const page = await visits.visit('ada', '/', { viewport: { width: 320, height: 800 } });
    await page.getByRole('heading', { name: 'Roles', level: 1 }).waitFor();
    const paths = [
      'roles',
      'roles/r0',
      'roles/r1/members',
      'roles/member',
      'create',
      'members',
      'matrix',
      'changes',
      'ask',
      'own',
    ];
    for (const path of [
      ...paths,
      'members/user/%3Cb%3Ex%3C%2Fb%3E%40e.example',
      'members/user/%E6%97%A5%E6%9C%AC%E8%AA%9E',
    ]) {
      await page.goto(`${visits.pages.address}/console/workspaces/odd/${path}`);
      await page.locator('h1').waitFor();
      await page.locator('[aria-busy]').waitFor({ state: 'detached' });
      assert.notMatch(await page.title(), /^[12]$/, path);
      assert.strictEqual(await page.locator('main img, main script').count(), 0, path);
      const overhang = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      assert.isAtMost(overhang, 0, `${path} scrolls sideways`);
      assert.strictEqual(await page.getByText('This page broke').count(), 0, path);
    }
    await page.goto(`${visits.pages.address}/console/workspaces/odd/roles/r0`);
    await page.getByRole('heading', { name: script, level: 1 }).waitFor();
    assert.deepEqual(visits.faults, []);
  });

  it('are searched for as they stand', async () => {
    const page = await visits.visit('ada', `/workspaces/odd/roles?q=${encodeURIComponent('$&(.*)[')}`);
    await page.getByText('Nothing is called “$&(.*)[”').waitFor();
    await page.getByRole('searchbox').fill('<img');
    await page.locator('.role-row').first().waitFor();
    assert.isAbove(await page.locator('.role-row').count(), 5);
    assert.deepEqual(visits.faults, []);
  });
});
