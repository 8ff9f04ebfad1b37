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
    if (workspaceId.length + subjectId.length <= charactersOfSlot) {
      const hash = hashIds(workspaceId, subjectId);
      const found = this.#segments[segmentOf(hash)]?.find(hash, workspaceId, subjectId);
      if (found !== undefined) return found;
    }
    return this.#others.size === 0 ? undefined : this.#others.get(workspaceId)?.get(subjectId);
  }

  /** Gives a member that is in here another number; one that is not stays out. */
  replace(workspaceId: string, subjectId: string, number: number): void {
    if (!fitsSlot(workspaceId, subjectId)) {
      const ofWorkspace = this.#others.get(workspaceId);
      if (ofWorkspace?.has(subjectId) === true) ofWorkspace.set(subjectId, number);
      return;
    }
    const hash = hashIds(workspaceId, subjectId);
    this.#segments[segmentOf(hash)]?.replace(hash, workspaceId, subjectId, number);
  }

  /** Adds a member that `find` did not find. */
  add(workspaceId: string, subjectId: string, number: number): void {
    if (fitsSlot(workspaceId, subjectId)) {
      const hash = hashIds(workspaceId, subjectId);
      (this.#segments[segmentOf(hash)] ??= new Segment()).add(hash, workspaceId, subjectId, number);
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

/** 64 bytes, what a processor reads from memory at once: the hash, the lengths, the number, and both ids. */
const wordsOfSlot = 16;
const wordsOfHead = 3;
const charactersOfSlot = (wordsOfSlot - wordsOfHead) * 4;

class Segment {
  #words = new Int32Array(16 * wordsOfSlot);
  #bytes = new Uint8Array(this.#words.buffer);
  #mask = 15;
  #count = 0;

  find(hash: number, workspaceId: string, subjectId: string): number | undefined {
    const lengths = lengthsOf(workspaceId, subjectId);
    for (let slot = placeOf(hash); ; slot += 1) {
      const word = (slot & this.#mask) * wordsOfSlot;
      const known = this.#words[word + 1];
      if (known === 0) return undefined;
      if (known === lengths && this.#words[word] === hash && this.#holds(word, workspaceId, subjectId)) {
        return this.#words[word + 2];
      }
    }
  }

  replace(hash: number, workspaceId: string, subjectId: string, number: number): void {
    const lengths = lengthsOf(workspaceId, subjectId);
    for (let slot = placeOf(hash); ; slot += 1) {
      const word = (slot & this.#mask) * wordsOfSlot;
      if (this.#words[word + 1] === 0) return;
      if (this.#words[word + 1] !== lengths || this.#words[word] !== hash) continue;
      if (!this.#holds(word, workspaceId, subjectId)) continue;
      this.#words[word + 2] = number;
      return;
    }
  }

  add(hash: number, workspaceId: string, subjectId: string, number: number): void {
    // Half of the slots stay free, so that a member is mostly in the first one looked at.
    if (this.#count * 2 > this.#mask) this.#grow();
    this.#count += 1;
    const word = this.#freeWord(hash);
    this.#words.set([hash, lengthsOf(workspaceId, subjectId), number], word);
    let at = (word + wordsOfHead) * 4;
    for (const id of [workspaceId, subjectId]) {
      for (let index = 0; index < id.length; index += 1, at += 1) this.#bytes[at] = id.charCodeAt(index);
    }
  }

  #freeWord(hash: number): number {
    let slot = placeOf(hash);
    while (this.#words[(slot & this.#mask) * wordsOfSlot + 1] !== 0) slot += 1;
    return (slot & this.#mask) * wordsOfSlot;
  }

  #grow(): void {
    const full = this.#words;
    this.#words = new Int32Array(full.length * 2);
    this.#bytes = new Uint8Array(this.#words.buffer);
    this.#mask = this.#mask * 2 + 1;
    for (let word = 0; word < full.length; word += wordsOfSlot) {
      if (full[word + 1] === 0) continue;
      this.#words.set(full.subarray(word, word + wordsOfSlot), this.#freeWord(full[word] ?? 0));
    }
  }

  #holds(word: number, workspaceId: string, subjectId: string): boolean {
    const bytes = this.#bytes;
    let at = (word + wordsOfHead) * 4;
    for (let index = 0; index < workspaceId.length; index += 1, at += 1) {
      if (bytes[at] !== workspaceId.charCodeAt(index)) return false;
    }
    for (let index = 0; index < subjectId.length; index += 1, at += 1) {
      if (bytes[at] !== subjectId.charCodeAt(index)) return false;
    }
    return true;
  }
}

// Never 0, which is what a free slot has there.
function lengthsOf(workspaceId: string, subjectId: string): number {
  return 1 | (workspaceId.length << 1) | (subjectId.length << 8);
}

// The upper bits chose the segment; the lower ones choose the slot.
function placeOf(hash: number): number {
  return hash & 0x1ffffff;
}

function fitsSlot(workspaceId: string, subjectId: string): boolean {
  return workspaceId.length + subjectId.length <= charactersOfSlot && isLatin1(workspaceId) && isLatin1(subjectId);
}

function isLatin1(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0xff) return false;
  return true;
}

function hashIds(workspaceId: string, subjectId: string): number {
  const hash = hashText(hashText(0, workspaceId), subjectId);
  // What multiplying carries upwards comes down again.
  return hash ^ (hash >>> 15);
}

function hashText(seed: number, text: string): number {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x9e3779b1);
  return hash;
}
