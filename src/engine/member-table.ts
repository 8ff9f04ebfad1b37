import { ownText } from '../policy/text/own-text.ts';

/**
 * Whole numbers of 32 bits by workspace and subject id. Of a million members hardly anything is in the processor's
 * caches, and a decision takes as long as it waits for memory: a map of maps of objects waits a dozen times, this once.
 * Ids are compared, never taken for the same because their hashes are.
 *
 * Only members of the policy get in, so nobody who asks can make it grow.
 */
export class MemberTable {
  readonly #segments: (Segment | undefined)[] = new Array<Segment | undefined>(segments);
  /** Members that fit into no slot: long ids, or ids with characters beyond Latin-1. */
  readonly #others = new Map<string, Map<string, number>>();

  find(workspaceId: string, subjectId: string): number | undefined {
    if (writeKey(workspaceId, subjectId)) {
      const hash = hashKey();
      const found = this.#segments[segmentOf(hash)]?.find(hash);
      if (found !== undefined) return found;
    }
    return this.#others.size === 0 ? undefined : this.#others.get(workspaceId)?.get(subjectId);
  }

  /** Gives a member that is in here another number; one that is not stays out. */
  replace(workspaceId: string, subjectId: string, number: number): void {
    if (writeKey(workspaceId, subjectId)) {
      const hash = hashKey();
      this.#segments[segmentOf(hash)]?.replace(hash, number);
      return;
    }
    const ofWorkspace = this.#others.get(workspaceId);
    if (ofWorkspace?.has(subjectId) === true) ofWorkspace.set(subjectId, number);
  }

  /** Adds a member that `find` did not find. */
  add(workspaceId: string, subjectId: string, number: number): void {
    if (writeKey(workspaceId, subjectId)) {
      const hash = hashKey();
      (this.#segments[segmentOf(hash)] ??= new Segment()).add(hash, number);
      return;
    }
    const ofWorkspace = this.#others.get(workspaceId) ?? new Map<string, number>();
    this.#others.set(ownText(workspaceId), ofWorkspace.set(ownText(subjectId), number));
  }
}

/** Each grows by itself, so that growing never holds up whoever asks just then: it is done for a few at a time. */
const segments = 128;

function segmentOf(hash: number): number {
  return hash >>> 25;
}

/** 64 bytes, what a processor reads from memory at once: the hash, the number, and the key of a member. */
const wordsOfSlot = 16;
const wordsOfHead = 2;

/**
 * The key that is looked for: the lengths of both ids, and then their characters, four to a word; each id begins a word of
 * its own. There is one for all tables, since what is looked for is found before anybody else has a turn.
 */
const key = new Int32Array(wordsOfSlot - wordsOfHead);
let wordsOfKey = 0;

/** Writes the key of a member; false where it does not fit into a slot. */
function writeKey(workspaceId: string, subjectId: string): boolean {
  const subjectAt = 1 + ((workspaceId.length + 3) >> 2);
  wordsOfKey = subjectAt + ((subjectId.length + 3) >> 2);
  if (wordsOfKey > wordsOfSlot - wordsOfHead) return false;
  // Never 0, which is what a free slot has there.
  key[0] = 1 | (workspaceId.length << 1) | (subjectId.length << 8);
  return (writeText(workspaceId, 1) | writeText(subjectId, subjectAt)) <= 0xff;
}

/** Writes the characters of a text; answers a number that is beyond 255 where one of them is. */
function writeText(text: string, from: number): number {
  const { length } = text;
  let [word, at, all] = [from, 0, 0];
  for (; at + 4 <= length; at += 4, word += 1) {
    const first = text.charCodeAt(at);
    const second = text.charCodeAt(at + 1);
    const third = text.charCodeAt(at + 2);
    const fourth = text.charCodeAt(at + 3);
    all |= first | second | third | fourth;
    key[word] = first | (second << 8) | (third << 16) | (fourth << 24);
  }
  if (at === length) return all;
  let rest = 0;
  for (let shift = 0; at < length; at += 1, shift += 8) {
    const code = text.charCodeAt(at);
    all |= code;
    rest |= code << shift;
  }
  key[word] = rest;
  return all;
}

function hashKey(): number {
  let hash = 0;
  for (let word = 0; word < wordsOfKey; word += 1) {
    hash = Math.imul(hash ^ (key[word] ?? 0), 0x9e3779b1);
    // What multiplying carries upwards comes down again.
    hash ^= hash >>> 15;
  }
  return hash;
}

// The upper bits chose the segment; the lower ones choose the slot.
function placeOf(hash: number): number {
  return hash & 0x1ffffff;
}

/** Slots of members, asked about the key that was written last. */
class Segment {
  #words = new Int32Array(16 * wordsOfSlot);
  #mask = 15;
  #count = 0;

  find(hash: number): number | undefined {
    const word = this.#wordOf(hash);
    return word < 0 ? undefined : this.#words[word + 1];
  }

  replace(hash: number, number: number): void {
    const word = this.#wordOf(hash);
    if (word >= 0) this.#words[word + 1] = number;
  }

  add(hash: number, number: number): void {
    // Half of the slots stay free, so that a member is mostly in the first one looked at.
    if (this.#count * 2 > this.#mask) this.#grow();
    this.#count += 1;
    const word = this.#freeWord(hash);
    this.#words[word] = hash;
    this.#words[word + 1] = number;
    for (let index = 0; index < wordsOfKey; index += 1) this.#words[word + wordsOfHead + index] = key[index] ?? 0;
  }

  /** Where the slot of the member begins; negative where it has none. */
  #wordOf(hash: number): number {
    for (let slot = placeOf(hash); ; slot += 1) {
      const word = (slot & this.#mask) * wordsOfSlot;
      if (this.#words[word + wordsOfHead] === 0) return -1;
      if (this.#words[word] === hash && this.#holds(word + wordsOfHead)) return word;
    }
  }

  #holds(from: number): boolean {
    for (let index = 0; index < wordsOfKey; index += 1) {
      if (this.#words[from + index] !== key[index]) return false;
    }
    return true;
  }

  #freeWord(hash: number): number {
    let slot = placeOf(hash);
    while (this.#words[(slot & this.#mask) * wordsOfSlot + wordsOfHead] !== 0) slot += 1;
    return (slot & this.#mask) * wordsOfSlot;
  }

  #grow(): void {
    const full = this.#words;
    this.#words = new Int32Array(full.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let word = 0; word < full.length; word += wordsOfSlot) {
      if (full[word + wordsOfHead] === 0) continue;
      this.#words.set(full.subarray(word, word + wordsOfSlot), this.#freeWord(full[word] ?? 0));
    }
  }
}
