/** The header that says for whom a caller reads: what this one may not know is not told. */
export const actorHeader = 'X-Rolebook-Actor';

/** The header that says the type of that one. */
export const actorTypeHeader = 'X-Rolebook-Actor-Type';
