import { createRequire } from 'node:module';
import type * as casbin from 'casbin';

// Stock node-casbin as a program in CommonJS loads it. Both builds are of one source, but the one for modules copies what is
// asked anew for each row, property by property, and so takes twice as long for an answer.
const stock = createRequire(import.meta.url)('casbin') as typeof casbin;

export const { newEnforcer, newModelFromString, StringAdapter } = stock;

/** Casbin with no functions but those that a model defines. It copies all it has for each row, and `keyMatch` and its like are most. */
class BareEnforcer extends stock.Enforcer {
  protected override fm = new stock.FunctionMap();
}

/**
 * An enforcer for many questions: stock Casbin without the functions that it offers to any model. A model that called one
 * would find that there is none.
 */
export function newBareEnforcer(...params: readonly unknown[]): Promise<casbin.Enforcer> {
  return stock.newEnforcerWithClass(BareEnforcer, ...params);
}
