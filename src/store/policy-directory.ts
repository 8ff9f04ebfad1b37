import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { SourceFile } from '../compile/source-file.ts';
import { RolebookError } from '../policy/errors.ts';
import { SourceMemory } from './source-memory.ts';
import { isSameSurvey, surveyDirectory } from './survey.ts';

type Which = 'deciding' | 'all';

interface View {
  readonly memory: SourceMemory;
  /** The last state that was seen whole. */
  files: readonly SourceFile[];
}

// Before each try to find the files at rest. Who follows the files asks again when they change again.
const pausesMs = [0, 5, 50, 250];

/** A policy directory: `roles.yaml`, `model.conf` and what lies under `policies/`. */
export class PolicyDirectory {
  readonly root: string;
  readonly #views: Readonly<Record<Which, View>> = {
    deciding: { memory: new SourceMemory(), files: [] },
    all: { memory: new SourceMemory(), files: [] },
  };

  constructor(root: string) {
    this.root = resolve(root);
  }

  /**
   * The files as they were at one moment, sorted by path; the very same array and objects for as long as nothing
   * changes. A file that cannot be read comes with its fault. Only a root that is not there, or files that never hold
   * still, make this throw.
   */
  async read(which: Which): Promise<readonly SourceFile[]> {
    const view = this.#views[which];
    for (const pauseMs of pausesMs) {
      if (pauseMs > 0) await pause(pauseMs);
      const survey = await surveyDirectory(this.root, which);
      const files = await view.memory.read(this.root, survey);
      // A state that was seen before was there, so it needs no second look.
      if (isSameList(files, view.files)) return view.files;
      // INVARIANT: when two surveys agree, the files read between them were all there together at that moment.
      if (!isSameSurvey(survey, await surveyDirectory(this.root, which))) continue;
      view.files = files;
      return files;
    }
    throw new RolebookError('unavailable', `the files of \`${this.root}\` keep changing while they are read`);
  }
}

function isSameList(left: readonly SourceFile[], right: readonly SourceFile[]): boolean {
  return left.length === right.length && left.every((file, index) => file === right[index]);
}
