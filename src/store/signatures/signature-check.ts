import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RolebookError } from '../../policy/errors.ts';
import { askGit, runSigner, tellGit } from '../git/git-command.ts';
import type { GitRepository } from '../git/git-repository.ts';
import { UntrustedSource } from '../live/source-failure.ts';
import {
  armourBegin,
  isValidAt,
  parseAllowedSigners,
  unusable,
  type AllowedSigners,
  type SshSigner,
} from './allowed-signers.ts';
import { describeDistrust, keyOf, readCommitFacts, type CommitFacts } from './commit-signature.ts';
import type { SignatureSurroundings } from './told-commits.ts';

export interface SignatureCheckOptions {
  /** `--require-signed`. */
  readonly file: string;
  /** Where what the programs need is written; nobody else writes there. */
  readonly folder: string;
  readonly now: () => number;
}

/** A signature as it is found: somebody's who may sign, or why it is not to be believed, as the end of a sentence. */
type FoundSignature =
  | { readonly kind: 'verified' }
  | { readonly kind: 'unsigned' | 'distrusted'; readonly why: string; readonly key?: string | undefined };

interface Prepared {
  readonly digest: string;
  readonly signers: AllowedSigners;
  /** What the programs read; it stays as it is for as long as somebody may read it. */
  readonly folder: string;
}

/**
 * Judge of who signed a commit, by a file of allowed signers that is read anew each time. The programs of git, OpenSSH and
 * GnuPG do it, with a folder of our own: neither keys nor settings of the user have a say.
 */
export class SignatureCheck {
  readonly #options: SignatureCheckOptions;
  #prepared: Prepared | undefined;
  #preparing: Promise<unknown> = Promise.resolve();
  /** Commits that were found signed by those of a file of this digest who could sign then. */
  #believed: { readonly ground: string; readonly commits: Set<string> } | undefined;

  constructor(options: SignatureCheckOptions) {
    this.#options = options;
  }

  /** Throws a RolebookError unless the file can be used now. */
  async prepare(): Promise<void> {
    await this.#prepare();
  }

  /** Throws an UntrustedSource unless the commit itself is signed by one of them; a RolebookError where that cannot be found out. */
  async require(repository: GitRepository, commit: string): Promise<void> {
    const prepared = await this.#prepare();
    const nowMs = this.#options.now();
    const { ssh, openPgp } = prepared.signers;
    // Of a certificate and of an OpenPGP key nobody here reads when it ends: that is asked again now and then.
    const hasOwnTimes = openPgp !== '' || ssh.some(({ isAuthority }) => isAuthority);
    const hour = hasOwnTimes ? Math.floor(nowMs / believedMs) : 0;
    const ground = `${prepared.digest} ${ssh.map((signer) => isValidAt(signer, nowMs)).join()} ${hour}`;
    if (this.#believed?.ground !== ground) this.#believed = { ground, commits: new Set() };
    const { commits } = this.#believed;
    if (commits.has(commit)) return;
    const facts = await readFacts(repository, commit);
    const found = await this.#judge(prepared, repository, commit, facts);
    if (found.kind !== 'verified') throw refusalOf(commit, facts, found, this.#options.file);
    if (commits.size >= mostBelieved) commits.clear();
    commits.add(commit);
  }

  /** What git is given to tell who signed, of commits of any age: a key counts as of when its commit was made. */
  async surroundings(): Promise<SignatureSurroundings> {
    const prepared = await this.#prepare();
    const { digest, folder, signers } = prepared;
    const file = await writeSigners(folder, signers.ssh);
    return { digest, settings: settingsFor(file), env: environmentIn(folder) };
  }

  async #judge(
    prepared: Prepared,
    repository: GitRepository,
    commit: string,
    { signature, signatureText }: CommitFacts,
  ): Promise<FoundSignature> {
    if (signature === undefined) return { kind: 'unsigned', why: 'is not signed' };
    if (signature === 'x509' || signature === 'unknown') {
      return { kind: 'distrusted', why: 'is signed in a way that is not read: neither by SSH nor by OpenPGP' };
    }
    const { signers, folder } = prepared;
    const hasKind = signature === 'ssh' ? signers.ssh.length > 0 : signers.openPgp !== '';
    const name = signature === 'ssh' ? 'SSH' : 'OpenPGP';
    if (!hasKind) return { kind: 'distrusted', why: `is signed by ${name}, and none of them does` };
    // Git asks whether a key was valid when the commit was made, and whoever makes it says when: it has to be now, too.
    const nowMs = this.#options.now();
    const signersFile = await writeSigners(
      folder,
      signers.ssh.filter((signer) => isValidAt(signer, nowMs)),
    );
    const { exitCode, stderr } = await tellGit(repository, ['verify-commit', '--raw', commit], {
      settings: settingsFor(signersFile),
      env: environmentIn(folder),
    });
    if (exitCode === 0) {
      const isCertified = signature === 'ssh' && signers.ssh.some(({ isAuthority }) => isAuthority);
      if (!isCertified || (await isValidNow(signatureText, signersFile))) return { kind: 'verified' };
      return { kind: 'distrusted', why: 'is signed with a certificate that is not valid now', key: keyOf(stderr) };
    }
    const lacking = lackingProgram(stderr);
    if (lacking !== undefined) throw noProgram(lacking);
    const key = keyOf(stderr);
    const isOutOfTime = signers.ssh.some((signer) => signer.fingerprint === key && !isValidAt(signer, nowMs));
    const why = isOutOfTime ? 'is signed with a key that is not valid now' : describeDistrust(stderr);
    return { kind: 'distrusted', why, key };
  }

  // One after the other: what one lays down for a file the next would take away.
  #prepare(): Promise<Prepared> {
    const preparing = this.#preparing.then(() => this.#prepareNow());
    this.#preparing = preparing.catch(() => undefined);
    return preparing;
  }

  async #prepareNow(): Promise<Prepared> {
    const { file, folder } = this.#options;
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new RolebookError('configuration', `\`--require-signed\` cannot be read: \`${file}\``, { cause });
    });
    if (text.length > mostFileCharacters) throw unusable(file, 'is larger than 1 MiB', 'name the few who may sign');
    const digest = createHash('sha256').update(text).digest('hex');
    if (this.#prepared?.digest === digest) return this.#prepared;
    const signers = parseAllowedSigners(text, file);
    const prepared = { digest, signers, folder: join(folder, digest) };
    await this.#clear([this.#prepared?.digest]);
    await mkdir(prepared.folder, { recursive: true, mode: 0o700 });
    if (signers.ssh.length > 0) await requireProgram('ssh-keygen', ['-Y', 'find-principals']);
    if (signers.openPgp !== '') await this.#importKeys(signers.openPgp, keyringIn(prepared.folder));
    this.#prepared = prepared;
    return prepared;
  }

  /** Takes away what is of other files, and what a process left that was killed. */
  async #clear(kept: readonly (string | undefined)[]): Promise<void> {
    const { folder } = this.#options;
    for (const name of await readdir(folder).catch(() => [])) {
      if (!kept.includes(name)) await rm(join(folder, name), { recursive: true, force: true });
    }
  }

  // A keyring of its own: whatever else the user has is not asked.
  async #importKeys(openPgp: string, home: string): Promise<void> {
    const { file } = this.#options;
    await mkdir(home, { mode: 0o700 });
    await writeFile(join(home, 'gpg.conf'), keyringSettings, { mode: 0o600 });
    const args = ['--batch', '--status-fd=1', '--import'];
    const { stdout, stderr } = await requireProgram('gpg', args, home, `${openPgp}\n`);
    // How it ends says whether it found an agent, too, which is not needed.
    const said = stdout.toString();
    const taken = said.match(/^\[GNUPG:\] IMPORT_OK /gm)?.length ?? 0;
    if (taken >= openPgp.split(armourBegin).length - 1 && !said.includes('[GNUPG:] IMPORT_PROBLEM')) return;
    const fault = stderr.split('\n').find((line) => /^gpg: (?!keybox)/.test(line)) ?? 'gpg: nothing';
    throw unusable(file, `has an OpenPGP key that gpg does not take: ${fault.slice('gpg: '.length, 200)}`, keyHelp);
  }
}

/** Writes signers to a file that nobody changes. */
async function writeSigners(folder: string, signers: readonly SshSigner[]): Promise<string> {
  const text = signers.map(({ line }) => `${line}\n`).join('');
  const path = join(folder, `signers-${createHash('sha256').update(text).digest('hex')}`);
  if (await stat(path).catch(() => undefined)) return path;
  const passing = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(passing, text, { mode: 0o600 });
  await rename(passing, path);
  return path;
}

/** Whether one of the signers may sign with what made this signature, by the clock and not by what a commit says. */
async function isValidNow(signature: string, signersFile: string): Promise<boolean> {
  const path = `${signersFile}.${randomBytes(6).toString('hex')}.sig`;
  await writeFile(path, `${signature}\n`, { mode: 0o600 });
  try {
    const args = ['-Y', 'find-principals', '-f', signersFile, '-s', path];
    const { exitCode } = await requireProgram('ssh-keygen', args);
    return exitCode === 0;
  } finally {
    await rm(path, { force: true });
  }
}

function settingsFor(signersFile: string): string[] {
  const programs = ['gpg.ssh.program=ssh-keygen', 'gpg.openpgp.program=gpg', 'gpg.minTrustLevel=undefined'];
  return [`gpg.ssh.allowedSignersFile=${signersFile}`, ...programs];
}

function environmentIn(folder: string): Record<string, string> {
  return { GNUPGHOME: keyringIn(folder), TMPDIR: folder };
}

function keyringIn(folder: string): string {
  return join(folder, 'keyring');
}

const mostBelieved = 1000;
const believedMs = 3_600_000;
const mostFileCharacters = 1024 * 1024;
const keyHelp = '`gpg --armor --export KEY` writes it';

// No agent and no key server: what is not in the file is not known.
const keyringSettings =
  'no-autostart\nno-auto-key-retrieve\ndisable-dirmngr\nno-auto-check-trustdb\ntrust-model always\n';

type SignerProgram = Parameters<typeof runSigner>[0];

async function requireProgram(
  program: SignerProgram,
  args: readonly string[],
  home?: string,
  input?: string,
): ReturnType<typeof runSigner> {
  return runSigner(program, args, {
    ...(home !== undefined && { env: { GNUPGHOME: home } }),
    input: input ?? '',
  }).catch((error: unknown) => {
    throw error instanceof RolebookError ? error : noProgram(program);
  });
}

function noProgram(program: SignerProgram): RolebookError {
  const help = `install ${program === 'gpg' ? 'GnuPG (`gnupg`)' : 'OpenSSH (`openssh-client`), 8.8 or newer'}, or put it in PATH`;
  return new RolebookError('configuration', `signatures cannot be checked without \`${program}\``, { help });
}

function lackingProgram(stderr: string): SignerProgram | undefined {
  if (stderr.includes('cannot run gpg')) return 'gpg';
  const isOld = stderr.includes('is needed for ssh signature verification') || stderr.includes('unknown option');
  return stderr.includes('cannot run ssh-keygen') || isOld ? 'ssh-keygen' : undefined;
}

async function readFacts(repository: GitRepository, commit: string): Promise<CommitFacts> {
  const { exitCode, stdout } = await askGit(repository, ['cat-file', 'commit', commit]);
  if (exitCode !== 0) throw new RolebookError('unavailable', `commit ${commit.slice(0, 12)} cannot be read`);
  return readCommitFacts(stdout.toString());
}

function refusalOf(
  commit: string,
  { author, committer }: CommitFacts,
  found: Exclude<FoundSignature, { kind: 'verified' }>,
  file: string,
): UntrustedSource {
  const who = author === committer ? author : `${author}, committed by ${committer}`;
  const key = found.key === undefined ? '' : `, key ${found.key}`;
  const isHosts = hostCommitters.some((mail) => committer.endsWith(`<${mail}>`));
  const help = isHosts
    ? `merge where a signer signs, or add the key of the git server to \`${file}\``
    : `have one of \`${file}\` sign it: \`git commit --amend --no-edit -S\`, or a commit on top; a signed tag is no signed commit`;
  return new UntrustedSource(`commit ${commit.slice(0, 12)} by ${who} ${found.why}${key}`, help);
}

const hostCommitters = ['noreply@github.com', 'noreply@gitlab.com', 'noreply@bitbucket.org', 'noreply@codeberg.org'];
