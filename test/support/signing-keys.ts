import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key that commits are signed with, as git is told of it, and its public part. */
export interface SigningKey {
  /** Settings of git. */
  readonly settings: readonly string[];
  /** `ssh-ed25519 AAAA…`, or an armoured block. */
  readonly publicKey: string;
}

/** Real keys of OpenSSH and GnuPG, in a folder of their own. */
export class SigningKeys {
  readonly #folder = mkdtempSync(join(tmpdir(), 'rb-keys-'));
  #home: string | undefined;

  ssh(name: string, type: 'ed25519' | 'ecdsa' | 'rsa' = 'ed25519'): SigningKey {
    const path = join(this.#folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', name, '-f', path], { stdio: 'pipe' });
    return {
      settings: ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${path}`],
      publicKey: readFileSync(`${path}.pub`, 'utf8').trim(),
    };
  }

  /** One with a certificate of another, for days from now on, as in `-1d:+1d`. */
  certified(name: string, authority: string, principal: string, valid: string): SigningKey {
    const key = this.ssh(name);
    const [path, by] = [join(this.#folder, name), join(this.#folder, authority)];
    const args = ['-q', '-s', by, '-I', name, '-n', principal, '-V', valid, `${path}.pub`];
    execFileSync('ssh-keygen', args, { stdio: 'pipe' });
    renameSync(`${path}-cert.pub`, `${path}.pub`);
    return key;
  }

  /** One that was valid for a day of 2020 signs as on that day. */
  openPgp(person: string, valid: 'for-ever' | 'in-2020' = 'for-ever'): SigningKey & { readonly fingerprint: string } {
    const home = (this.#home ??= mkdtempSync(join(tmpdir(), 'rb-gpg-')));
    const clock = valid === 'in-2020' ? ['--faked-system-time', '20200601T000000'] : [];
    const expires = valid === 'in-2020' ? '1d' : 'never';
    this.#gpg([...clock, '--passphrase', '', '--quick-gen-key', person, 'ed25519', 'sign', expires]);
    const listed = this.#gpg(['--list-keys', '--with-colons', person]);
    const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? '';
    const program = join(this.#folder, `gpg-${fingerprint}`);
    const command = `exec gpg --homedir '${home}' --batch --passphrase '' ${clock.join(' ')} "$@"`;
    writeFileSync(program, `#!/bin/sh\n${command}\n`, { mode: 0o755 });
    const settings = [
      '-c',
      'gpg.format=openpgp',
      '-c',
      `gpg.program=${program}`,
      '-c',
      `user.signingkey=${fingerprint}`,
    ];
    return { settings, publicKey: this.#export(fingerprint), fingerprint };
  }

  /** The public key of one that its owner has revoked. */
  revoke(fingerprint: string): string {
    const certificate = join(this.#home ?? '', 'openpgp-revocs.d', `${fingerprint}.rev`);
    const text = readFileSync(certificate, 'utf8').replace(':-----BEGIN', '-----BEGIN');
    this.#gpg(['--import'], text);
    return this.#export(fingerprint);
  }

  dispose(): void {
    if (this.#home !== undefined) {
      execFileSync('gpgconf', ['--homedir', this.#home, '--kill', 'all'], { stdio: 'pipe' });
      rmSync(this.#home, { recursive: true, force: true });
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #export(fingerprint: string): string {
    return this.#gpg(['--armor', '--export', fingerprint]).trim();
  }

  #gpg(args: readonly string[], input = ''): string {
    const home = this.#home ?? '';
    return execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', ...args], { input, stdio: 'pipe' }).toString();
  }
}
