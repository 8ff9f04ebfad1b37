import { consolePath } from '../../http/console/serve-console.ts';
import type { Sessions } from '../../http/sessions/sessions.ts';
import { formatSampleCall } from './sample-call.ts';
import type { FollowedPolicy } from '../../store/live/policy-source.ts';
import { formatInstant } from '../../policy/text/instant.ts';
import { processClock } from '../../store/process-clock.ts';
import { printResult, say } from '../command/command-io.ts';
import { pathOf, type ServeOptions } from './serve-options.ts';
import type { ServeIo } from './serve-output.ts';

/** Says where it listens and what to try. A decision log on stdout is for programs, so then it says so on stderr. */
export function greet(live: FollowedPolicy, address: string, options: ServeOptions, io: ServeIo): void {
  const print = options.decisionLog === '-' ? say : printResult;
  print(io, `rolebook answers on ${address}${options.workers === 1 ? '' : ` with ${options.workers} workers`}`);
  if (options.at !== undefined) {
    print(io, `everything is decided as of ${formatInstant(options.at)}, for tests: it is not the time`);
  }
  const { current, lastReload } = live;
  if (current === undefined) {
    if (lastReload?.error !== undefined) {
      print(io, `no policy is live: ${lastReload.error}; it goes on by itself when there is one`);
      return;
    }
    const count = lastReload?.problemCounts.errors ?? 0;
    print(io, `no policy is live: ${countOf(count, 'problem')} in the files; mend them and it goes on by itself`);
    return;
  }
  const { workspaces, members, customRoles } = current.counts;
  const counts = [countOf(workspaces, 'workspace'), countOf(members, 'member'), countOf(customRoles, 'custom role')];
  print(io, `revision ${current.revision}: ${counts.join(', ')}`);
  const tokenFile = pathOf(options.tokenFile, io);
  print(io, `try: ${formatSampleCall(current, { address, tokenFile, atMs: options.at ?? processClock.now() })}`);
}

/** Says how to get to the pages; a new link ends the one before. A decision log on stdout is for programs, so then it goes to stderr. */
export function printPages(address: string, sessions: Sessions, options: ServeOptions, io: ServeIo): void {
  const print = options.decisionLog === '-' ? say : printResult;
  if (options.publicUrl !== undefined) {
    print(io, `the pages: ${options.publicUrl.origin}${consolePath}`);
    return;
  }
  // Behind `#`, so that no log and no other site is told of it.
  print(io, `the pages, for one browser within ten minutes: ${address}${consolePath}/sign-in#${sessions.trial.make()}`);
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
