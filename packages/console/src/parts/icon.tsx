import drawn from './icons.svg';

/** The pictures of `icons.svg`: drawn on 16 × 16, in lines of the colour of the text. */
export type IconName =
  | 'shield'
  | 'people'
  | 'grid'
  | 'clock'
  | 'eye'
  | 'key'
  | 'server'
  | 'ask'
  | 'down'
  | 'right'
  | 'lock'
  | 'link'
  | 'pencil'
  | 'plus'
  | 'minus'
  | 'search'
  | 'undo'
  | 'close'
  | 'caution'
  | 'fail'
  | 'pass'
  | 'check'
  | 'dots'
  | 'copy'
  | 'trash'
  | 'group'
  | 'company'
  | 'denied'
  | 'out'
  | 'service';

interface IconProps {
  readonly name: IconName;
  readonly size?: 'small' | 'tiny';
}

/** A picture beside a word. It says nothing by itself. */
export function Icon({ name, size }: IconProps) {
  return (
    <svg className={size ? `icon icon-${size}` : 'icon'} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <use href={`${drawn}#${name}`} />
    </svg>
  );
}
