import { assert } from 'chai';
import * as fc from 'fast-check';
import { PolicyCompiler } from '../../../src/compile/compile-policy.ts';
import { applyEdits } from '../../../src/compile/edit/apply-edits.ts';
import { RefusedEdit } from '../../../src/compile/edit/policy-edit.ts';
import type { SourceFile } from '../../../src/compile/file/policy-files.ts';
import { spliceText, type Splice } from '../../../src/compile/patch/text-splices.ts';
import { parseYaml } from '../../../src/compile/yaml/yaml-document.ts';
import type { JsonObject } from '../../../src/policy/text/json.ts';
import { assertReached, lawRuns } from '../../support/law-runs.ts';
import { fixedNowMs, policyFiles, randomPolicy } from '../../support/random-policy.ts';
import { layOut, type Pick } from '../patch/random-layout.ts';
import { editPlainly, inOneForm, isSaidPlainly } from './plain-edits.ts';
import type { PlainPolicy } from './plain-policy.ts';
import { drawEdit, withGroupsAndTests } from './random-edits.ts';

const runs = lawRuns(60);

const neverCompiled = (): never => assert.fail('the first edit is made on the policy that is there');

const textOf = (file: SourceFile | undefined): string =>
  file && 'content' in file ? Buffer.from(file.content).toString() : '';

function plainOf(files: readonly SourceFile[]): PlainPolicy {
  const data = files.map((file) => {
    const { document } = parseYaml(file.path, textOf(file).replace(/^\ufeff/, ''));
    return [file.path, (document ?? assert.fail(textOf(file))).value] as const;
  });
  return Object.fromEntries(data) as PlainPolicy;
}

/** The splices that take others back. */
function undoing(before: string, splices: readonly Splice[]): Splice[] {
  let shift = 0;
  return [...splices]
    .sort((left, right) => left.start - right.start || left.end - right.end)
    .map(({ start, end, text }) => {
      const back = { start: start + shift, end: start + shift + text.length, text: before.slice(start, end) };
      shift += text.length - (end - start);
      return back;
    });
}

describe('a row of edits of any policy in any layout', () => {
  it('comes to what the same edits of plain data come to, changes nothing else, and can be taken back', () => {
    const made = new Map<string, number>();
    let unusual = 0;
    fc.assert(
      fc.property(randomPolicy, fc.infiniteStream(fc.nat(9999)), (drawn, stream) => {
        const pick: Pick = (count) => (stream.next().value as number) % count;
        const full = withGroupsAndTests(drawn, pick);
        const lay = (value: unknown): string => layOut(value as JsonObject, pick);
        const tests = { path: 'policies/a.test.yaml', content: Buffer.from(lay(full.tests)) };
        let files: readonly SourceFile[] = [...policyFiles(full, lay), tests];
        const compiler = new PolicyCompiler();
        let { policy, problems } = compiler.compile(files, fixedNowMs);
        assert.isDefined(policy, problems.map(({ message }) => message).join('\n'));
        for (let row = 0; row < 5 && policy; row += 1) {
          const edit = drawEdit(policy, pick);
          const about = (): string => `${JSON.stringify(edit)}\n${files.map(textOf).join('\n---\n')}`;
          const steps: { file: string; splices: readonly Splice[] }[] = [];
          let after: readonly SourceFile[];
          try {
            after = applyEdits(files, policy, [edit], neverCompiled, (file, splices) => steps.push({ file, splices }));
          } catch (error) {
            if (!(error instanceof RefusedEdit)) throw new Error(`${about()}: ${(error as Error).stack}`);
            if (error.code === 'unusual-layout') unusual += 1;
            continue;
          }
          const kind = `${edit.edit} ${'organization' in edit && edit.organization !== undefined ? 'of a company' : ''}`;
          made.set(kind, (made.get(kind) ?? 0) + 1);
          if (isSaidPlainly(edit)) {
            assert.deepEqual(inOneForm(plainOf(after)), inOneForm(editPlainly(plainOf(files), edit)), about());
          }
          for (const file of files) {
            const texts = [textOf(file)];
            for (const { splices } of steps.filter((step) => step.file === file.path)) {
              const before = texts.at(-1) ?? '';
              const patched = spliceText(before, splices);
              assert.equal(spliceText(patched, undoing(before, splices)), before, about());
              texts.push(patched);
            }
            assert.equal(textOf(after.find(({ path }) => path === file.path)), texts.at(-1), about());
          }
          const compiled = compiler.compile(after, fixedNowMs);
          // What the rules refuse is not written, so nothing comes after it.
          if (!compiled.policy) return;
          ({ policy, problems } = compiled);
          files = after;
          try {
            const again = applyEdits(files, compiled.policy, [edit], neverCompiled);
            assert.deepEqual(again.map(textOf), files.map(textOf), `again: ${about()}`);
          } catch (error) {
            if (!(error instanceof RefusedEdit)) throw error;
          }
        }
      }),
      { numRuns: lawRuns(3) * runs, includeErrorInReport: true },
    );
    assertReached(made.size, 19, JSON.stringify([...made]));
    assert.isBelow(unusual, runs / 2);
  }).timeout(60_000 + 1000 * runs);
});
