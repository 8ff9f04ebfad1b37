import { spawn } from 'node:child_process';
import { limits } from '../../policy/limits.ts';

/**
 * Ends the process now. `process.exit` waits for the threads of libuv's pool, and one of them may hang in the system, as
 * with a file on a disk that does not answer. No timer of this process would fire then, so another one kills it.
 */
export function endProcess(exitCode: number): never {
  if (holdsThread() && !startGuard()) {
    process.emit('exit', exitCode);
    process.kill(process.pid, 'SIGKILL');
  }
  process.exit(exitCode);
}

// What Node calls those of its requests that a thread of the pool works on and that can hang.
const threadRequests = new Set(['FSReqCallback', 'FSReqPromise', 'FileHandleCloseReq', 'GetAddrInfoReqWrap']);

function holdsThread(): boolean {
  return process.getActiveResourcesInfo().some((kind) => threadRequests.has(kind));
}

// It asks who its parent is: when this process has ended, its number may be another one's.
const guard = `setTimeout(() => process.ppid === ${process.pid} && process.kill(${process.pid}, 'SIGKILL'), ${limits.stuckExitMs})`;

function startGuard(): boolean {
  try {
    const child = spawn(process.execPath, ['-e', guard], { detached: true, stdio: 'ignore', env: {} });
    child.on('error', () => undefined).unref();
    return child.pid !== undefined;
  } catch {
    return false;
  }
}
