import { assert } from 'chai';
import { count, isolate, listed } from '../../packages/console/src/words/forms/count.ts';
import { words } from '../../packages/console/src/words/words.ts';

describe('words with names in them', () => {
  it('keep the direction of the sentence where a name is written from right to left, or turns what follows', () => {
    assert.strictEqual(words.delete.title('Team lead'), 'Delete Team lead?');
    assert.strictEqual(words.delete.title('\u202Eevil'), 'Delete \u2068\u202Eevil\u2069?');
    assert.strictEqual(words.members.nothing('مدير'), 'Nobody is called “\u2068مدير\u2069”');
    assert.strictEqual(isolate('日本語 👩‍👩‍👧‍👦 <b>'), '日本語 👩‍👩‍👧‍👦 <b>');
  });

  it('list names one by one, each on its own', () => {
    assert.strictEqual(listed(['Ana', 'Bo']), 'Ana and Bo');
    assert.strictEqual(listed(['\u202Ea', 'Bo', 'Cy']), '\u2068\u202Ea\u2069, Bo and Cy');
  });

  it('group the digits of what there are thousands of', () => {
    assert.strictEqual(count(1, 'person', 'people'), '1 person');
    assert.strictEqual(count(999, 'person', 'people'), '999 people');
    assert.strictEqual(count(50_000, 'person', 'people'), '50,000 people');
  });
});
