import { setTimeout as sleep } from 'node:timers/promises';
import { get } from './ask.ts';
import { pauseOthers, type Child } from './children.ts';
import { readCount, startDrive, type DriveCount } from './drive.ts';
import { readProcessorUs } from './processor-time.ts';
import { scrapeMs, type Target } from './targets.ts';

/** What one of two servers did in its turns. */
export interface TurnsResult {
  /** Requests in a second of its own turns. */
  readonly perSecond: number;
  /** Microseconds of processor time that the server had for each request; undefined where the system does not tell. */
  readonly serverUs: number | undefined;
}

/** Long enough to matter more than the change, and short enough that whatever else the machine does meets both. */
const turnMs = 50;

interface Player {
  readonly target: Target;
  readonly server: Child;
  readonly driver: Child;
  activeMs: number;
  scrapedAtMs: number;
  hasEnded: boolean;
}

/**
 * Drives two servers at the same time, in short turns: while one and who drives it are at work, the other two stand still.
 * A machine that is busy with something else is so for both. How long a request takes says nothing here.
 */
export async function driveInTurns(
  targets: readonly [Target, Target],
  tool: 'wrk' | 'autocannon',
  seconds: number,
): Promise<[TurnsResult, TurnsResult]> {
  const servers = targets.map(({ child }) => child);
  return pauseOthers(servers, async () => {
    const before = await Promise.all(servers.map(({ pid }) => readProcessorUs(pid)));
    for (const server of servers) server.pause();
    const players = targets.map((target) => startPlayer(target, tool, seconds)) as [Player, Player];
    await takeTurns(players);
    for (const server of servers) server.resume();
    const after = await Promise.all(servers.map(({ pid }) => readProcessorUs(pid)));
    return players.map(({ driver, activeMs }, index) =>
      describe(readCount(driver), activeMs, before[index], after[index]),
    ) as [TurnsResult, TurnsResult];
  });
}

// The driver begins with the first turn.
function startPlayer(target: Target, tool: 'wrk' | 'autocannon', seconds: number): Player {
  const { child, address, protocol, bodies, headers } = target;
  const driver = startDrive(tool, { address, path: protocol.path, bodies, headers }, seconds);
  driver.pause();
  const player: Player = { target, server: child, driver, activeMs: 0, scrapedAtMs: 0, hasEnded: false };
  const end = (): void => void (player.hasEnded = true);
  void driver.exited.then(end, end);
  return player;
}

async function takeTurns(players: readonly [Player, Player]): Promise<void> {
  const isOn = (player: Player): boolean => !player.hasEnded;
  while (players.some(isOn)) {
    for (const player of players.filter(isOn)) {
      const startedAt = performance.now();
      player.server.resume();
      player.driver.resume();
      scrapeIfDue(player);
      await Promise.race([sleep(turnMs), player.driver.exited]);
      player.driver.pause();
      player.server.pause();
      player.activeMs += performance.now() - startedAt;
    }
  }
}

// Counted in its own time.
function scrapeIfDue(player: Player): void {
  const { target, activeMs, scrapedAtMs } = player;
  if (!target.isScraped || activeMs - scrapedAtMs < scrapeMs) return;
  player.scrapedAtMs = activeMs;
  get(target.address, '/metrics').catch(() => undefined);
}

function describe(
  { requests }: DriveCount,
  activeMs: number,
  beforeUs: number | undefined,
  afterUs: number | undefined,
): TurnsResult {
  const isKnown = beforeUs !== undefined && afterUs !== undefined;
  return {
    perSecond: (requests / activeMs) * 1000,
    serverUs: isKnown ? (afterUs - beforeUs) / requests : undefined,
  };
}
