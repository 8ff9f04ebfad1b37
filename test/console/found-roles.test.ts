import { assert } from 'chai';
import { byLetters } from '../../packages/console/src/roles/find-roles.ts';

const titles = [
  'Team lead',
  'team lead',
  'Teamlead',
  'Team',
  'team',
  'TEAM',
  'Job 2',
  'Job 10',
  'Job 1',
  '1 of the shift',
  'Zoë',
  'Zoe',
  'Ärztin',
  'Arzt',
  'Ж',
  '日本',
  'مدير',
  'Lead (night)',
  'Lead_night',
  'Lead-night',
  'Lead night',
  '',
  ' ',
];

describe('roles by their titles', () => {
  it('are in the order of letters that a browser knows, for each two of them', () => {
    for (const one of titles) {
      for (const other of titles) {
        const found = Math.sign(byLetters(one, other));
        assert.strictEqual(found, Math.sign(one.localeCompare(other)), `${one} and ${other}`);
      }
    }
  });

  it('are in an order: whoever sorts them begins where they like', () => {
    const sorted = [...titles].sort(byLetters);
    for (let turn = 1; turn < titles.length; turn += 1) {
      const other = [...titles.slice(turn), ...titles.slice(0, turn)].sort(byLetters);
      assert.deepEqual(other, sorted);
    }
  });
});
