import { expect } from 'chai';
import { formatRevision, parseRevision } from '../../src/policy/revision-text.ts';

describe('a revision of a database', () => {
  it('is read as it was written', () => {
    expect(formatRevision('3f9c2a1b7d4e', 1234)).to.equal('3f9c2a1b7d4e.1234');
    expect(parseRevision('3f9c2a1b7d4e.1234')).to.deep.equal({ policy: '3f9c2a1b7d4e', sequence: 1234 });
  });

  it('is nothing else', () => {
    const others = ['', '3f9c2a1b7d4e', '3f9c2a1b7d4e.', '.1', '3f9c2a1b7d4e.0', '3f9c2a1b7d4e.01', '3f9c2a1b7d4e.-1'];
    const more = ['3F9C2A1B7D4E.1', '3f9c2a1b7d4.1', '3f9c2a1b7d4ee.1', '3f9c2a1b7d4e.1e3', '3f9c2a1b7d4e.1.2'];
    const odd = [' 3f9c2a1b7d4e.1', '3f9c2a1b7d4e.1\n', `3f9c2a1b7d4e.${'9'.repeat(16)}`, '3f9c2a1b7d4e.１'];
    for (const text of [...others, ...more, ...odd]) expect(parseRevision(text), text).to.equal(undefined);
  });
});
