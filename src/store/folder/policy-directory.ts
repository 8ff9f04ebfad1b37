import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SourceFile } from '../../compile/file/policy-files.ts';
import { RolebookError } from '../../policy/errors.ts';
import type { ChangedPaths } from './changed-paths.ts';
import type { FileIdentity } from './file-identity.ts';
import { eachInTurns } from '../turns.ts';
import { openPolicyRoot } from './policy-root.ts';
import { atOnce, besideOthers } from './read-source.ts';
import { SourceMemory } from './source-memory.ts';
import { isSameSurvey, surveyDirectory, surveyPaths, type Pace } from './survey.ts';
import { describeUnfinished, isBeingChanged } from './unfinished-change.ts';

type Which = 'deciding' | 'all';

interface View {
  readonly memory: SourceMemory;
  /** The last state that was seen whole. */
  files: readonly SourceFile[];
  /** Where the directory was then. */
  real: string;
  /** How that state looked; undefined until there is one, and while it is in doubt. */
  survey: Map<string, FileIdentity | string> | undefined;
}

// Before each try to find the files at rest. Who follows the files asks again when they change again.
const pausesMs = [0, 5, 50, 250];

/** A policy directory: `roles.yaml`, `model.conf` and what lies under `policies/`. */
export class PolicyDirectory {
  readonly root: string;
  readonly #views: Readonly<Record<Which, View>>;
  readonly #pace: Pace;

  /** `in-one-turn`: for a command, which has nobody to answer meanwhile. */
  constructor(root: string, reading: 'beside-others' | 'in-one-turn' = 'beside-others') {
    this.root = resolve(root);
    this.#pace = reading === 'in-one-turn' ? 'in-one-turn' : 'at-once';
    const calls = reading === 'in-one-turn' ? atOnce : besideOthers;
    this.#views = {
      deciding: { memory: new SourceMemory(calls), files: [], real: '', survey: undefined },
      all: { memory: new SourceMemory(calls), files: [], real: '', survey: undefined },
    };
  }

  /**
   * The files as they were at one moment, sorted by path; the very same array and objects for as long as nothing
   * changes. A file that cannot be read comes with its fault. Only a root that is not there, or files that never hold
   * still, make this throw. `changed` names all that may have changed since the last reading, if somebody watched; then
   * only that is looked at, which in a directory of ten thousand files is the difference.
   */
  async read(which: Which, changed: ChangedPaths = 'anything'): Promise<readonly SourceFile[]> {
    const view = this.#views[which];
    const quick = changed === 'anything' ? undefined : await this.#readChanged(view, which, changed);
    if (quick) return quick;
    view.survey = undefined;
    let isUnfinished = false;
    for (const pauseMs of pausesMs) {
      if (pauseMs > 0) await pause(pauseMs);
      // Anew each time: `--policy` may be a symbolic link that somebody turns, and each reading is of one folder.
      const root = await openPolicyRoot(this.root);
      const survey = await surveyDirectory(root, which, this.#pace);
      const files = await view.memory.read(root, survey);
      view.real = root.real;
      // A state that was seen before was there, so it needs no second look.
      if (isSameList(files, view.files)) {
        view.survey = survey;
        return view.files;
      }
      // Half of a change is no state to read. Between the two surveys: files that differ then differ in one of them.
      isUnfinished = await isBeingChanged(root.real);
      if (isUnfinished) continue;
      // INVARIANT: when two surveys agree, the files read between them were all there together at that moment.
      const again = await surveyDirectory(await openPolicyRoot(this.root), which, this.#pace);
      if (!isSameSurvey(survey, again)) continue;
      view.files = files;
      view.survey = survey;
      return files;
    }
    if (isUnfinished) throw describeUnfinished(this.root);
    throw new RolebookError('unavailable', `the files of \`${this.root}\` keep changing while they are read`);
  }

  /**
   * Looks gently whether anything differs from what was read last, without being in the way of who reads meanwhile.
   * Answers what is to be read again: nothing, some files, or anything. Throws as `read` does.
   */
  async findChanged(which: Which): Promise<ChangedPaths> {
    const found = await surveyDirectory(await openPolicyRoot(this.root), which, 'gently');
    const { survey, memory } = this.#views[which];
    if (!survey || found.size !== survey.size) return 'anything';
    const changed = new Set<string>();
    let unknown = 0;
    await eachInTurns(found, ([path, look]) => {
      const known = survey.get(path);
      if (typeof look === 'string' || typeof known !== 'object') unknown += known === look ? 0 : 1;
      else if (!memory.isCurrent(path, look)) changed.add(path);
    });
    return unknown > 0 ? 'anything' : changed;
  }

  // Undefined: look at everything. Files that nobody named are taken to be as they were; had they changed before, their
  // event would have come before.
  async #readChanged(
    view: View,
    which: Which,
    changed: ReadonlySet<string>,
  ): Promise<readonly SourceFile[] | undefined> {
    const { survey, files, memory } = view;
    const root = await openPolicyRoot(this.root);
    const looks = survey && root.real === view.real && (await surveyPaths(root, which, survey, changed));
    if (!survey || !looks) return undefined;
    const next = [...files];
    for (const [path, file] of await memory.readAgain(root, looks)) {
      const place = placeOf(path, files);
      if (place === undefined || ('fault' in file && file !== files[place])) return undefined;
      next[place] = file;
    }
    if (await isBeingChanged(root.real)) return undefined;
    const again = await surveyPaths(root, which, survey, changed);
    if (!again || !isSameSurvey(looks, again)) return undefined;
    for (const [path, look] of looks) survey.set(path, look);
    if (!isSameList(next, files)) view.files = next;
    return view.files;
  }
}

/** Where a file is in a list that is sorted by path. */
function placeOf(path: string, files: readonly SourceFile[]): number | undefined {
  let low = 0;
  let high = files.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((files[middle]?.path ?? '') < path) low = middle + 1;
    else high = middle;
  }
  return files[low]?.path === path ? low : undefined;
}

function isSameList(left: readonly SourceFile[], right: readonly SourceFile[]): boolean {
  return left.length === right.length && left.every((file, index) => file === right[index]);
}
