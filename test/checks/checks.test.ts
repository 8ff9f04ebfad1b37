import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { problemSeverities } from '../../src/policy/problem.ts';
import { policiesOfOurs } from '../support/policies-of-ours.ts';
import { codeOf, formatChecksPage, problemCodes } from './checks-page.ts';
import { readFixtures, type Fixture } from './fixture.ts';
import { lintFixture, lintFolder } from './lint-fixture.ts';

const faulty = readFixtures('err');
const sound = readFixtures('ok');

describe('checks', () => {
  describe('have fixtures', () => {
    for (const code of problemCodes) {
      it(`for ${code}`, () => {
        assert.include(
          faulty.map(({ name }) => name),
          code,
          `write test/checks/err/${code}.txtar`,
        );
      });
    }

    it('that are each named after a code', () => {
      assert.deepEqual(
        faulty.filter((fixture) => codeOf(fixture) === undefined).map(({ name }) => name),
        [],
      );
    });

    it('that explain themselves', () => {
      assert.deepEqual(
        [...faulty, ...sound].filter(({ prose }) => prose === '').map(({ name }) => name),
        [],
      );
    });
  });

  describe('tell what is wrong, to the letter', () => {
    for (const fixture of faulty) {
      it(titleOf(fixture), async () => {
        const { stdout, exitCode } = await lintFixture(fixture);
        assert.equal(stdout, fixture.output, 'if the new output is right: npm run docs -- --record');
        const code = codeOf(fixture);
        assert.isDefined(code);
        assert.include(codesIn(stdout), code);
        assert.equal(exitCode, codesIn(stdout).some((found) => severityOf(found) === 'error') ? 1 : 0);
      });
    }

    it('in one sentence each, with a lower-case start and no period', () => {
      for (const message of faulty.flatMap(messagesIn)) assert.match(message, /^[a-z`][^\n]*[^.\s]$/);
    });

    it('without a place of this machine', () => {
      for (const { output } of faulty) assert.notInclude(output, fileURLToPath(new URL('../..', import.meta.url)));
    });
  });

  describe('are silent about what is right', () => {
    for (const fixture of sound) {
      it(titleOf(fixture), async () => {
        const { stdout, exitCode } = await lintFixture(fixture);
        assert.equal(stdout, '');
        assert.equal(exitCode, 0);
      });
    }

    for (const folder of [...policiesOfOurs, 'test/checks/base']) {
      it(`the policy in ${folder}`, async () => {
        const { stdout, exitCode } = await lintFolder(fileURLToPath(new URL(`../../${folder}`, import.meta.url)));
        assert.equal(stdout, '');
        assert.equal(exitCode, 0);
      });
    }
  });

  it('are documented in docs/checks.md, as the fixtures have them', () => {
    const page = readFileSync(new URL('../../docs/checks.md', import.meta.url), 'utf8');
    assert.isTrue(page === formatChecksPage(faulty), 'docs/checks.md is not what the fixtures say; run: npm run docs');
  });
});

function titleOf({ name, prose }: Fixture): string {
  const [sentence = ''] = /^.+?\.(?=\s|$)/s.exec(prose) ?? [prose];
  return `${name}: ${sentence.replaceAll('\n', ' ')}`;
}

function messagesIn({ output }: Fixture): string[] {
  return [...output.matchAll(/^\S+:\d+:\d+: (?:warning: )?(.+) \[[a-z0-9-]+\]$/gm)].map(([, message = '']) => message);
}

function codesIn(output: string): string[] {
  return [...output.matchAll(/ \[([a-z0-9-]+)\]$/gm)].map(([, code = '']) => code);
}

function severityOf(code: string): string | undefined {
  return problemSeverities[code as keyof typeof problemSeverities];
}
