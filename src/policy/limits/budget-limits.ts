/** The limits of the memory that a change budget is judged by. */
export const budgetLimits = {
  budget: {
    /** Requests that a process remembers: one answer in ten thousand is a hundredth of a percent, and to decide them all again takes a tenth of a second. */
    requests: 10_000,
    /** The same in memory; ten thousand ordinary ones take five megabytes, and attributes may be large. */
    bytes: 8 * 1024 * 1024,
    /** Values of a request's attributes; one with more is not remembered. */
    values: 2000,
    /** With fewer requests nothing is judged: one answer would be more than a hundredth of them. */
    least: 100,
    /** Remembered in a second, by chance where more come: the memory then spans a minute and not a moment, and costs as good as nothing. */
    perSecond: 200,
    /** For so long others pass at most until one is remembered again, however few come by now. */
    longestGapMs: 1000,
    /** Kinds of differences that are told: the few that a person looks at first. */
    toldKinds: 5,
    /** Kinds of differences that are told apart. */
    kinds: 2000,
    /** How long a worker may take to say what it remembers; it sends some megabytes. With one that does not nothing goes live until it does, or is replaced, but for changes that give nothing. */
    gatherMs: 2000,
    /** Changes that were refused, the last of them, which can be accepted still. */
    refused: 20,
  },
} as const;
