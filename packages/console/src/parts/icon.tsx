/** The pictures: drawn on 16 × 16, in lines of the colour of the text. */
const drawn = {
  shield: 'M8 1.8 13.2 3.7v4.1c0 3-2.1 5.2-5.2 6.4-3.1-1.2-5.2-3.4-5.2-6.4V3.7Z',
  people:
    'M6 8a2.4 2.4 0 1 0 0-4.8A2.4 2.4 0 0 0 6 8ZM1.6 13.2C2 10.9 3.7 9.7 6 9.7s4 1.2 4.4 3.5M10.4 3.4a2.4 2.4 0 0 1 0 4.4M12 9.9c1.4.5 2.2 1.6 2.5 3.3',
  grid: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M6.2 3.5v9',
  clock: 'M8 13.7A5.7 5.7 0 1 0 8 2.3a5.7 5.7 0 0 0 0 11.4ZM8 5v3.2l2.1 1.3',
  eye: 'M1.6 8C3 5.2 5.2 3.8 8 3.8s5 1.4 6.4 4.2C13 10.8 10.8 12.2 8 12.2S3 10.8 1.6 8ZM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6Z',
  key: 'M5.2 13.2a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2ZM7.1 8.9 13 3M10.8 5.2l2 2',
  server: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5v.05M5 11v.05',
  ask: 'M8 13.7A5.7 5.7 0 1 0 8 2.3a5.7 5.7 0 0 0 0 11.4ZM6.3 6.5c0-1 .8-1.6 1.7-1.6s1.7.6 1.7 1.5c0 1.3-1.7 1.4-1.7 2.6M8 11.1v.05',
  down: 'm4 6.2 4 4 4-4',
  right: 'm6.2 4 4 4-4 4',
  lock: 'M3.5 7.2h9v6h-9zM5.5 7.2V5.3a2.5 2.5 0 0 1 5 0v1.9',
  link: 'M6.7 9.3 9.3 6.7M7.3 5l1.5-1.5a2.6 2.6 0 0 1 3.7 3.7L11 8.7M8.7 11l-1.5 1.5a2.6 2.6 0 0 1-3.7-3.7L5 7.3',
  pencil: 'm2.8 13.2.7-2.9 7.3-7.3a1.3 1.3 0 0 1 1.9 0l.3.3a1.3 1.3 0 0 1 0 1.9l-7.3 7.3Z',
  plus: 'M8 3.2v9.6M3.2 8h9.6',
  minus: 'M3.2 8h9.6',
  search: 'M7 11.3A4.3 4.3 0 1 0 7 2.7a4.3 4.3 0 0 0 0 8.6ZM10.2 10.2l3.3 3.3',
  undo: 'M5.3 3 2.6 5.7l2.7 2.7M2.8 5.7h6.5a3.5 3.5 0 0 1 0 7H6',
  close: 'm4 4 8 8M12 4l-8 8',
  caution: 'M8 2.6 14.2 13.2H1.8ZM8 6.5v3M8 11.4v.05',
  fail: 'M8 13.7A5.7 5.7 0 1 0 8 2.3a5.7 5.7 0 0 0 0 11.4ZM6 6l4 4M10 6l-4 4',
  pass: 'M8 13.7A5.7 5.7 0 1 0 8 2.3a5.7 5.7 0 0 0 0 11.4ZM5.5 8.2l1.8 1.8 3.3-3.7',
  check: 'm3.5 8.3 3 3 6-6.6',
  dots: 'M3.5 7.4v1.2M3 8h1M8 7.4v1.2M7.5 8h1M12.5 7.4v1.2M12 8h1',
  copy: 'M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1',
  trash: 'M2.8 4.3h10.4M6 4.3V2.7h4v1.6M4.3 4.3l.6 9h6.2l.6-9M6.8 7v3.8M9.2 7v3.8',
  group: 'M8 6.8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM4 13.2a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM12 13.2a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  company: 'M3.2 13.5v-11h6.3v11M9.5 6.8h3.3v6.7M1.8 13.5h12.4M5.3 5.3h2M5.3 8h2',
  denied: 'M8 13.7A5.7 5.7 0 1 0 8 2.3a5.7 5.7 0 0 0 0 11.4ZM4 12 12 4',
  out: 'M6.5 13H3V3h3.5M9.5 5l3 3-3 3M12.5 8H6',
  service: 'M4.5 4.5h7v7h-7zM6.5 2.5v2M9.5 2.5v2M6.5 11.5v2M9.5 11.5v2M2.5 6.5h2M2.5 9.5h2M11.5 6.5h2M11.5 9.5h2',
} as const;

export type IconName = keyof typeof drawn;

interface IconProps {
  readonly name: IconName;
  readonly size?: 'small' | 'tiny';
}

/** A picture beside a word. It says nothing by itself. */
export function Icon({ name, size }: IconProps) {
  return (
    <svg className={size ? `icon icon-${size}` : 'icon'} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={drawn[name]} />
    </svg>
  );
}
