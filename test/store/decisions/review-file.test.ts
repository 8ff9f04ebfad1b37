import { assert } from 'chai';
import { mkdir, rm } from 'node:fs/promises';
import { limits } from '../../../src/policy/limits.ts';
import { BrokenReview } from '../../../src/store/decisions/review-file.ts';
import { madeReview, reviewedFindings, writtenReview } from '../../support/written-review.ts';

const good = madeReview(Object.values(reviewedFindings()));
const [first, ...others] = good.findings;

/** What is wrong, and what is said of it; of none of them what is in the file. */
const wrong: readonly (readonly [what: string, content: string | object, fault: RegExp, shown?: RegExp])[] = [
  ['an empty file', '', /^it is empty$/],
  ['blanks', ' \n', /^it is empty$/],
  ['a half', JSON.stringify(good).slice(0, 300), /^it is no JSON/],
  ['a comma too many', '{\n  "format": "secret",,\n}', /^it is no JSON, line 2, column 22$/],
  ['a list', '[]', /^its `format` is not `rolebook-review\/1`$/, /it says none/],
  ['nothing', 'null', /^its `format` is not/],
  ['counts', { format: 'rolebook-counts/1' }, /^its `format` is not/, /it says "rolebook-counts\/1"/],
  ['a later format', { ...good, format: 'rolebook-review/2' }, /^its `format` is not/],
  ['no findings', { ...good, findings: undefined }, /^what stands at the top is not right$/, /`findings` is missing/],
  ['a member nobody knows', { ...good, secret: 1 }, /^what stands at \/secret is not right$/, /unknown key `secret`/],
  ['findings by name', { ...good, findings: {} }, /^what stands at \/findings is not right$/],
  [
    'a kind there is not',
    { ...good, findings: [...others, { ...first, kind: 'unused-permision' }] },
    new RegExp(`^what stands at /findings/${others.length}/kind is not right$`),
    /did you mean|must be one of/,
  ],
  [
    'a name that is none',
    { ...good, findings: [{ ...first, id: 'DROP TABLE' }] },
    /^what stands at \/findings\/0\/id is not right$/,
  ],
  [
    'a time that is none',
    { ...good, log: { ...good.log, to: 'yesterday' } },
    /^what stands at \/log\/to is not right$/,
  ],
  ['a file as large as a disk', ' '.repeat(limits.reviewFileBytes + 1), /^it has 4194305 bytes, and 4194304 are read/],
];

describe('the file of a review', () => {
  it('is read once, and anew when it is another one', async () => {
    const written = await writtenReview(good);
    const [one, two] = await Promise.all([written.file.read(), written.file.read()]);
    assert.deepEqual(one.findings, good.findings);
    assert.strictEqual(await written.file.read(), two);
    await written.write(madeReview([]));
    assert.deepEqual((await written.file.read()).findings, []);
    assert.deepEqual(written.told, []);
    await written.dispose();
  });

  for (const [what, content, fault, shown] of wrong) {
    it(`that is ${what} is refused with where and what, told once, and heals`, async () => {
      const written = await writtenReview(content);
      const broken = await written.file.read().catch((error: unknown) => error);
      if (!(broken instanceof BrokenReview)) assert.fail(`${what} was read`);
      assert.match(broken.fault, fault);
      assert.notMatch(broken.fault, /DROP|yesterday|"secret"/);
      assert.match(broken.message, shown ?? /./);
      assert.include(broken.message, written.path);
      assert.match(broken.help ?? '', /rolebook review LOG --format json/);
      await written.file.read().catch(() => undefined);
      assert.lengthOf(written.told, 1);
      await written.write(good);
      assert.lengthOf((await written.file.read()).findings, good.findings.length);
      await written.dispose();
    });
  }

  it('may come later, and be a folder by mistake', async () => {
    const written = await writtenReview();
    const missing = await written.file.read().catch((error: unknown) => error as BrokenReview);
    assert.propertyVal(missing, 'fault', 'there is no such file');
    await mkdir(written.path);
    const folder = await written.file.read().catch((error: unknown) => error as BrokenReview);
    assert.propertyVal(folder, 'fault', 'it cannot be read');
    assert.lengthOf(written.told, 2);
    await rm(written.path, { recursive: true });
    await written.write(good);
    await written.file.read();
    await written.dispose();
  });
});
