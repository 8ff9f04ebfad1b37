/** The signature of a commit as its text has it. */
export type SignatureKind = 'ssh' | 'openpgp' | 'x509' | 'unknown';

/** Facts of a commit that are told to whoever has to find it. */
export interface CommitFacts {
  /** Undefined: it is not signed. */
  readonly signature: SignatureKind | undefined;
  /** Armoured; empty where there is none. */
  readonly signatureText: string;
  /** `Name <mail>`, as they are written there. */
  readonly author: string;
  readonly committer: string;
}

/** Reads the text of a commit, as git keeps it. */
export function readCommitFacts(text: string): CommitFacts {
  const [head = ''] = text.split('\n\n', 1);
  // Lines that begin with a blank go on with the line before.
  const whole = head.replaceAll('\n ', '\0').split('\n');
  const lines = whole.map((line) => line.split('\0', 1)[0] ?? '');
  const valueOf = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
  const signatures = whole.filter((line) => /^gpgsig(-sha256)? /.test(line));
  const [signatureText = ''] = signatures.map((line) => line.replace(/^\S+ /, '').replaceAll('\0', '\n'));
  // Of two nobody knows which one a program looks at.
  const kind = signatures.length > 1 ? 'unknown' : kindOf(signatureText);
  return {
    signature: signatures.length === 0 ? undefined : kind,
    signatureText,
    author: personOf(valueOf('author')),
    committer: personOf(valueOf('committer')),
  };
}

function kindOf(text: string): SignatureKind {
  const found = kinds.find(([begin]) => text.startsWith(begin));
  return found?.[1] ?? 'unknown';
}

const kinds: readonly (readonly [begin: string, kind: SignatureKind])[] = [
  ['-----BEGIN SSH SIGNATURE-----', 'ssh'],
  ['-----BEGIN PGP SIGNATURE-----', 'openpgp'],
  ['-----BEGIN PGP MESSAGE-----', 'openpgp'],
  ['-----BEGIN SIGNED MESSAGE-----', 'x509'],
];

// Without the time. Characters that a terminal would obey are nobody's name.
function personOf(line = ''): string {
  const person = line.replace(/ \d+ [+-]\d{4}$/, '').replaceAll(/\p{Cc}/gu, '');
  return person.length > mostPersonCharacters ? `${person.slice(0, mostPersonCharacters)}…` : person;
}

const mostPersonCharacters = 120;

/** What git, ssh-keygen and gpg say of a signature that is not to be believed, and what that means. */
const distrustWords: readonly (readonly [said: string, why: string])[] = [
  ['[GNUPG:] REVKEYSIG', 'is signed with a key that was revoked'],
  ['[GNUPG:] EXPKEYSIG', 'is signed with a key that has expired'],
  ['[GNUPG:] EXPSIG', 'has a signature that has expired'],
  ['[GNUPG:] BADSIG', 'was changed after it was signed'],
  ['[GNUPG:] NO_PUBKEY', 'is signed by somebody who is not one of them'],
  ['incorrect signature', 'was changed after it was signed'],
  ['key is revoked', 'is signed with a key that was revoked'],
  ['key has expired', 'is signed with a key that had expired when it was made'],
  ['key is not yet valid', 'is signed with a key that was not valid yet when it was made'],
  ['not permitted for use in signature namespace', 'is signed with a key that may not sign commits (`namespaces`)'],
  ['invalid format', 'has a signature that cannot be read'],
  ['No principal matched', 'is signed by somebody who is not one of them'],
];

/** Why a signature is not believed, as the end of a sentence about the commit. */
export function describeDistrust(said: string): string {
  return distrustWords.find(([words]) => said.includes(words))?.[1] ?? 'has a signature that cannot be read';
}

/** What of it tells a key from others; undefined: it does not say. */
export function keyOf(said: string): string | undefined {
  return (
    /SHA256:[A-Za-z0-9+/]{43}/.exec(said)?.[0] ?? /^\[GNUPG:\] (?:ERRSIG|\w+SIG) ([0-9A-F]{16,40})/m.exec(said)?.[1]
  );
}
