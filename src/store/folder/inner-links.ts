import { circularLinkFault, danglingLinkFault, hiddenLinkFault, outwardLinkFault } from './file-fault.ts';

/**
 * The thing that stands under a name. `outward`: a symbolic link that names a place of the machine outside the root.
 */
export type Standing = 'folder' | 'file' | 'outward' | InnerLink | undefined;

/** A symbolic link, and the names written in it: they begin at the folder that holds it, or at the root. */
export interface InnerLink {
  readonly from: 'folder' | 'root';
  readonly target: string;
}

/** A policy directory, on disk or in a commit, of which one name after the other can be looked at. */
export interface Ground {
  /** `path` is relative to the root, with forward slashes; none of its names but the last one is a symbolic link. */
  look(path: string): Promise<Standing>;
  /** What a folder holds; `place` as for `look`. */
  list(place: string): Promise<AsyncIterable<GroundEntry> | Iterable<GroundEntry>>;
}

/** One name in a folder. */
export interface GroundEntry {
  readonly name: string;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  /** Why it cannot be what it says it is. */
  readonly fault?: string;
}

/** The place where a path really is: by names that are no symbolic links, relative to the root. */
export interface InnerPlace {
  readonly place: string;
  readonly kind: 'folder' | 'file';
}

/** The reason why a path leads to nothing that may be read. */
export interface Impasse {
  readonly fault: string;
  /** What it leads to, when it is inside. */
  readonly kind?: InnerPlace['kind'];
}

// As many as Linux follows.
const mostLinks = 40;

/**
 * Follows the symbolic links of a path, one name after the other, or says why it leads to nothing that may be read. A
 * path that leaves the root is refused where it does, even if it came back: nothing outside is so much as looked at, so
 * that no author of a link learns what is there.
 */
export async function resolveInside(ground: Ground, path: string): Promise<InnerPlace | Impasse> {
  const place: string[] = [];
  const rest = namesOf(path);
  let kind: InnerPlace['kind'] = 'folder';
  let links = 0;
  for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (place.pop() === undefined) return { fault: outwardLinkFault };
      continue;
    }
    const found = await ground.look([...place, name].join('/'));
    if (found === 'outward') return { fault: outwardLinkFault };
    if (found === undefined || (found === 'file' && rest.length > 0)) return { fault: danglingLinkFault };
    if (typeof found === 'object') {
      links += 1;
      if (links > mostLinks) return { fault: circularLinkFault };
      if (found.from === 'root') place.length = 0;
      rest.push(...namesOf(found.target));
    } else {
      place.push(name);
      kind = found;
    }
  }
  // What begins with a dot is left out when folders are listed, and no link is a way around that: `.git/config` of a
  // checkout holds the token it was made with.
  return place.some(isHidden) ? { fault: hiddenLinkFault, kind } : { place: place.join('/'), kind };
}

/** Two dots begin the folders that a mounted ConfigMap turns. */
export function isHidden(name: string): boolean {
  return name.startsWith('.') && !name.startsWith('..');
}

/** The last name first. */
function namesOf(path: string): string[] {
  return path.split('/').reverse();
}
