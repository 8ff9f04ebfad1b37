/*
 * Writes docs/checks.md from the fixtures in test/checks/err.
 *
 *   npm run docs                  write the page
 *   npm run docs -- --record      first write what lint prints now into the fixtures; read the diff before you commit it
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { formatChecksPage } from '../test/checks/checks-page.ts';
import { fixtureFolder, readFixtures, replaceOutput } from '../test/checks/fixture.ts';
import { lintFixture } from '../test/checks/lint-fixture.ts';

if (process.argv.includes('--record')) await recordOutputs();
writeFileSync(new URL('../docs/checks.md', import.meta.url), formatChecksPage(readFixtures('err')));

async function recordOutputs(): Promise<void> {
  for (const fixture of readFixtures('err')) {
    const { stdout } = await lintFixture(fixture);
    if (stdout === fixture.output) continue;
    const file = new URL(`${fixture.name}.txtar`, fixtureFolder('err'));
    writeFileSync(file, replaceOutput(readFileSync(file, 'utf8'), stdout));
    process.stdout.write(`recorded ${fixture.name}\n`);
  }
}
