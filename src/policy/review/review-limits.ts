/** Every limit of a review of past decisions, with its reason. */
export const reviewLimits = {
  /** What is done once a month is in no shorter log; what is done once a quarter needs `--since 90d`. */
  spanDays: 30,
  /** The part of its days on which something was decided. Of a business that rests at weekends it is five sevenths. */
  coveredShare: 0.5,
  /** Of a log a role or a membership must have held so long to be judged by it: whoever is new has not needed everything. */
  heldDays: 30,
  /** Before a membership ends it is told so early: a week is too late to ask for another. */
  endingDays: 30,
  /** A log that ended so long ago tells of people who may have gone since; it is judged, and that is said. */
  oldDays: 14,
  /** With fewer holders it says nothing that few of them use something. */
  rarelyHolders: 20,
  /** Of the holders of a built-in role; whoever needs what so few use is better given a role for that. */
  rarelyShare: 0.05,
  /** Holders, users or names that are told with a finding; JSON tells how many there are. */
  toldNames: 5,
  /** Of logs that are read line by line where DuckDB is there, too: a second's work, which is what it takes to load. */
  plainBytes: 64 * 1024 * 1024,
  /** Different unknown names of a log that are told, each with its number; a wrong log has as many as it has lines. */
  unknownNames: 20,
} as const;

export const dayMs = 86_400_000;
