/**
 * A value of Kleene's strong three-valued logic (S. C. Kleene, Introduction to Metamathematics, 1952, §64): what a
 * request does not say is `unknown`, which is neither yes nor no.
 */
export type Truth = 'holds' | 'fails' | 'unknown';

/** What becomes of a truth by saying the opposite; what is unknown stays unknown. */
export function negate(truth: Truth): Truth {
  if (truth === 'unknown') return truth;
  return truth === 'holds' ? 'fails' : 'holds';
}

export function truthOfFact(fact: boolean): Truth {
  return fact ? 'holds' : 'fails';
}
