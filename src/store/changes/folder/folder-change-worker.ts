import { ChangeWorker } from '../change-worker.ts';
import type { ChangeWriting } from './change-keeper.ts';

// Beside this file, built or not.
const threadEntry = new URL(
  import.meta.url.endsWith('.ts') ? './folder-change-thread.ts' : './folder-change-thread.js',
  import.meta.url,
);

/** The folder of the thread, and the way it writes. */
export interface FolderThreadData {
  readonly root: string;
  readonly writing: ChangeWriting;
}

export interface FolderChangeWorkerOptions {
  /** Told before the first file takes its place. */
  readonly onWriting: () => void;
  readonly writing: ChangeWriting;
  readonly entry?: URL | undefined;
}

/** The thread that judges changes of a policy folder and writes them. */
export function folderChangeWorker(
  root: string,
  { onWriting, writing, entry = threadEntry }: FolderChangeWorkerOptions,
): ChangeWorker {
  const data: FolderThreadData = { root, writing };
  return new ChangeWorker(data, { entry, onWriting });
}
