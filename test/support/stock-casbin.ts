import { createRequire } from 'node:module';
import type * as casbin from 'casbin';

// Stock node-casbin as a program in CommonJS loads it. Both builds are of one source, but the one for modules copies what is
// asked anew for each row, property by property, and so takes four times as long for an answer.
const stock = createRequire(import.meta.url)('casbin') as typeof casbin;

export const { newEnforcer, newModelFromString, StringAdapter } = stock;
