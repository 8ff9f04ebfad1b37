import { userInfo } from 'node:os';
import { Option } from 'commander';
import type { CommandIo } from '../command/command-io.ts';
import { parseValue } from '../command/command-options.ts';

export function authorOption(): Option {
  return new Option('--author <NAME>', 'who does it (default: the user of the CI job or of this machine)').argParser(
    (value: string) => parseValue('--author', value),
  );
}

/** Who publishes: as named, as the CI service says, or as this machine knows the user. */
export function publisherName({ env }: CommandIo, named: string | undefined): string {
  return named ?? (env['GITHUB_ACTOR'] || env['GITLAB_USER_LOGIN'] || machineUser());
}

// A container may run as a user that has no name.
function machineUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
