import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Icon } from './icon.tsx';

interface SearchProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A search of a page: `/` goes there, Esc clears it. */
export function Search({ label, value, onChange }: SearchProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const go = (event: KeyboardEvent): void => {
      const { target } = event;
      const isTyping = target instanceof HTMLElement && /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
      const isBox = target instanceof HTMLInputElement && (target.type === 'checkbox' || target.type === 'radio');
      if (event.key !== '/' || (isTyping && !isBox) || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', go);
    return () => removeEventListener('keydown', go);
  }, []);
  return (
    <span className="search">
      <Icon name="search" />
      <input
        ref={input}
        className="input"
        type="search"
        placeholder={label}
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && value !== '') {
            event.preventDefault();
            onChange('');
          }
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </span>
  );
}

interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly count?: number;
}

interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly Choice<Value>[];
  readonly onChange: (value: Value) => void;
}

/** One of two to four answers. */
export function Segmented<Value extends string>({ label, value, choices, onChange }: SegmentedProps<Value>) {
  const name = useId();
  return (
    <fieldset className="segmented">
      <legend className="aloud">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input type="radio" name={name} checked={choice.value === value} onChange={() => onChange(choice.value)} />
          {choice.label}
          {choice.count !== undefined && <span className="number">{choice.count}</span>}
        </label>
      ))}
    </fieldset>
  );
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly isOptional?: boolean;
  readonly optionalWord?: string;
  readonly children: (ids: { readonly id: string; readonly describedBy: string | undefined }) => ReactNode;
}

/** A label, what is asked for, and a hint, or what is wrong in its place. */
export function Field({ label, hint, error, optionalWord, children }: FieldProps) {
  const id = useId();
  const hasHint = error !== undefined || hint !== undefined;
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {optionalWord !== undefined && <span className="quiet"> {optionalWord}</span>}
      </label>
      {children({ id, describedBy: hasHint ? `${id}-hint` : undefined })}
      {hasHint && (
        <p className={error === undefined ? 'hint' : 'hint hint-error'} id={`${id}-hint`}>
          {error !== undefined && <Icon name="fail" size="small" />}
          {error ?? hint}
        </p>
      )}
    </div>
  );
}

interface TriStateProps {
  readonly state: 'on' | 'off' | 'part';
  readonly label: string;
  readonly isDisabled?: boolean;
  /** What says more of it. */
  readonly describedBy?: string;
  readonly onChange: (on: boolean) => void;
}

/** A box over several boxes: on, off, or in part. */
export function TriState({ state, label, isDisabled = false, describedBy, onChange }: TriStateProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = state === 'part';
  }, [state]);
  return (
    <input
      ref={box}
      className="check"
      type="checkbox"
      aria-label={label}
      aria-describedby={describedBy}
      checked={state === 'on'}
      aria-disabled={isDisabled || undefined}
      onChange={() => {
        if (!isDisabled) onChange(state !== 'on');
      }}
    />
  );
}
