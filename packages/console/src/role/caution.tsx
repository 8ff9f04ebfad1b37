import { Icon } from '../parts/icon.tsx';
import { Named } from '../parts/effect/named.tsx';
import { words } from '../words/words.ts';
import type { WhyProps } from './boxes-props.ts';

/** Why a permission asks for caution, and the way to more that it opens. */
export function Caution({ row, judgement, cells, titles, workspace }: WhyProps) {
  const { permission } = row;
  const ways = (judgement?.escalations ?? []).filter((way) => way.includes(`\`${permission.permission}\``));
  return (
    <div className="caution">
      <p>
        <Icon name="caution" />
        <span>
          <b>{words.role.caution}</b> {permission.caution}
        </span>
      </p>
      {ways.slice(0, 3).map((way) => (
        <p className="caution-way" key={way}>
          {words.role.wayUp} <Named text={way} names={{ cells, workspace, roles: titles }} />
        </p>
      ))}
    </div>
  );
}
