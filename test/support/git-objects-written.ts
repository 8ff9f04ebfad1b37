import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';

/** A name in a tree, byte by byte as Latin-1, and what stands under it. */
export interface WrittenEntry {
  readonly mode: string;
  readonly name: string;
  readonly object: string;
}

/**
 * Writes objects as git keeps them, and so also those that no command of git would make: names twice or out of order,
 * with slashes, empty, or of something that is not there.
 */
export class GitObjectWriter {
  readonly #folder: string;

  constructor(repository: string) {
    this.#folder = join(repository, '.git');
  }

  blob(content: string): string {
    return this.#write('blob', Buffer.from(content, 'latin1'));
  }

  tree(entries: readonly WrittenEntry[]): string {
    const lines = entries.flatMap(({ mode, name, object }) => [
      Buffer.from(`${mode} ${name.replaceAll('\0', '')}\0`, 'latin1'),
      Buffer.from(object, 'hex'),
    ]);
    return this.#write('tree', Buffer.concat(lines));
  }

  /** A commit of this tree, which becomes the one that `main` names. */
  commit(tree: string): string {
    const who = 'Ana <ana@acme.example> 1700000000 +0000';
    const commit = this.#write('commit', Buffer.from(`tree ${tree}\nauthor ${who}\ncommitter ${who}\n\npolicy\n`));
    writeFileSync(join(this.#folder, 'refs/heads/main'), `${commit}\n`);
    return commit;
  }

  #write(kind: string, content: Buffer): string {
    const whole = Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content]);
    const name = createHash('sha1').update(whole).digest('hex');
    const place = join(this.#folder, 'objects', name.slice(0, 2), name.slice(2));
    if (!existsSync(place)) {
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, deflateSync(whole));
    }
    return name;
  }
}
