export type Feature = 'unix' | 'metrics' | 'explain' | 'log' | 'everything' | 'authzen' | 'bare batch';

/** How much is measured. The quick plan is for everyday use; it says nothing about what it leaves out. */
export interface Plan {
  readonly name: 'full' | 'quick';
  /** Workspaces of the policies that are served. */
  readonly sizes: readonly number[];
  /** The size at which everything is compared with everything. */
  readonly mainSize: number;
  /** Sizes at which casbin behind Express is asked; it gets slower with each row. */
  readonly casbinSizes: readonly number[];
  readonly cerbosSizes: readonly number[];
  /** Many short rounds rather than a few long ones: what else the machine does then meets all alike. */
  readonly rounds: number;
  /** Rounds for two targets that a promise compares. */
  readonly duelRounds: number;
  readonly seconds: number;
  /** Rounds before those that count. */
  readonly warmUps: number;
  /** What else is measured at the main size. */
  readonly features: readonly Feature[];
  /** Requests of each target that are asked to check the answers, before and after. */
  readonly checks: number;
  /** How often a policy of up to 1,000 workspaces is loaded; larger ones half as often. */
  readonly loads: number;
  readonly editSize: number;
  readonly edits: number;
  /** Casbin rows, `p` and `g`, for decisions without HTTP. */
  readonly rows: readonly number[];
  readonly commandRuns: number;
}

export const fullPlan: Plan = {
  name: 'full',
  sizes: [1, 10, 100, 1_000, 10_000],
  mainSize: 1_000,
  casbinSizes: [1, 10, 100, 1_000],
  cerbosSizes: [1, 10, 100, 1_000, 10_000],
  rounds: 4,
  duelRounds: 7,
  seconds: 1,
  warmUps: 2,
  features: ['unix', 'metrics', 'explain', 'log', 'everything', 'authzen', 'bare batch'],
  checks: 400,
  loads: 3,
  editSize: 10_000,
  edits: 30,
  rows: [1_000, 10_000, 100_000, 1_000_000],
  commandRuns: 9,
};

export const quickPlan: Plan = {
  name: 'quick',
  sizes: [1, 1_000],
  mainSize: 1_000,
  casbinSizes: [1],
  cerbosSizes: [1_000],
  rounds: 2,
  duelRounds: 0,
  seconds: 1,
  warmUps: 1,
  features: ['explain', 'log'],
  checks: 60,
  loads: 1,
  editSize: 1_000,
  edits: 8,
  rows: [1_000],
  commandRuns: 1,
};

export const membersEach = 100;
export const connections = 32;
export const batchSize = 50;
