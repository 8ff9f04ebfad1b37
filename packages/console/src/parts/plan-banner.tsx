import { companyOf } from '../api/place.ts';
import { useCatalog, usePlan } from '../api/queries.ts';
import { listed, planName } from '../words/forms/count.ts';
import { planWords } from '../words/plan-words.ts';
import { Icon } from './icon.tsx';

/** Says that roles of one's own are not on the plan of the company, and which plans have them; nothing where they are. */
export function PlanBanner({ place, title }: { readonly place: string; readonly title: string }) {
  const { data } = usePlan(place);
  const { data: catalog } = useCatalog();
  if (!data || data.customRoles) return null;
  const plans = planWords;
  const having = (catalog?.customRoles.plans ?? []).map(planName);
  return (
    <section className="banner" aria-label={plans.label}>
      <Icon name="key" />
      <div>
        <b id="plan-title">{having.length === 0 ? plans.none : plans.title(listed(having))}</b>
        <p id="plan-why">
          <bdi>{plans.why(companyOf(place) ?? title, data.plan === undefined ? undefined : planName(data.plan))}</bdi>
        </p>
      </div>
    </section>
  );
}
