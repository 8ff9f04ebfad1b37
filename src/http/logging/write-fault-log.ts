import type { WriteFault, WrittenThing } from '../../store/database/following/write-faults.ts';
import type { Logger } from './log.ts';

const failing: Readonly<Record<WrittenThing, string>> = {
  memberships: 'memberships cannot be changed: the database does not let this sidecar write them',
  heartbeat: 'the heartbeat cannot be written, so no other sidecar lists this one in `/v1/fleet`',
};

const well: Readonly<Record<WrittenThing, string>> = {
  memberships: 'memberships can be changed again',
  heartbeat: 'the heartbeat is written again',
};

/** Logs what a sidecar cannot write to its database. It is told each of these once. */
export function createWriteFaultLog(log: Logger): (fault: WriteFault) => void {
  return ({ written, reason, help }) => {
    if (reason === undefined) log.info(well[written]);
    else log.error({ reason, help }, failing[written]);
  };
}
