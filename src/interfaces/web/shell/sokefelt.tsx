import { Label, SearchButton, SearchClear, SearchInput } from '@digdir/designsystemet-react';
import { useEffect, useId, useRef, useState, type MouseEvent, type SubmitEvent } from 'react';
import { namesAPerson } from '../texts/person-number.js';
import { useSprak } from './sprak.js';

interface SokefeltProps {
  readonly etikett: string;
  /** The words that are searched for now. */
  readonly term: string;
  readonly sok: (term: string) => void;
}

/**
 * A search field. It searches when she asks for it, and not for each letter, so that a screen reader is left in peace. The design
 * system's `Search` has the same parts in an element for suggestions, which is 8 kB of script and not used here.
 */
export function Sokefelt({ etikett, term, sok }: SokefeltProps) {
  const { t } = useSprak();
  const [written, write] = useState(term);
  const [refused, refuse] = useState(false);
  const [field, error] = [useId(), useId()];
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    write(term);
  }, [term]);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const named = namesAPerson(written);
    refuse(named);
    if (!named) sok(written.trim());
  };
  const clear = (event: MouseEvent) => {
    event.preventDefault();
    write('');
    input.current?.focus();
  };
  return (
    <form className="sokefelt" role="search" onSubmit={submit}>
      <Label htmlFor={field}>{etikett}</Label>
      <div className="ds-search">
        <SearchInput
          id={field}
          ref={input}
          value={written}
          maxLength={200}
          aria-invalid={refused || undefined}
          aria-describedby={refused ? error : undefined}
          onChange={({ target }) => {
            write(target.value);
          }}
        />
        {written !== '' && <SearchClear aria-label={t.handling.tomSok} onClick={clear} />}
        <SearchButton>{t.handling.sok}</SearchButton>
      </div>
      {refused && (
        <p id={error} role="alert" className="ds-validation-message" data-color="danger">
          {t.sok.fodselsnummer}
        </p>
      )}
    </form>
  );
}
