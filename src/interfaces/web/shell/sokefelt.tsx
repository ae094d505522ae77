import { Label, Search } from '@digdir/designsystemet-react';
import { useEffect, useId, useState, type SubmitEvent } from 'react';
import { namesAPerson } from '../texts/person-number.js';
import { useSprak } from './sprak.js';

interface SokefeltProps {
  readonly etikett: string;
  /** The words that are searched for now. */
  readonly term: string;
  readonly sok: (term: string) => void;
}

/** A search field. It searches when she asks for it, and not for each letter, so that a screen reader is left in peace. */
export function Sokefelt({ etikett, term, sok }: SokefeltProps) {
  const { t } = useSprak();
  const [written, write] = useState(term);
  const [refused, refuse] = useState(false);
  const [field, error] = [useId(), useId()];
  useEffect(() => {
    write(term);
  }, [term]);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const named = namesAPerson(written);
    refuse(named);
    if (!named) sok(written.trim());
  };
  return (
    <form className="sokefelt" role="search" onSubmit={submit}>
      <Label htmlFor={field}>{etikett}</Label>
      <Search>
        <Search.Input
          id={field}
          value={written}
          maxLength={200}
          aria-invalid={refused || undefined}
          aria-describedby={refused ? error : undefined}
          onChange={({ target }) => {
            write(target.value);
          }}
        />
        <Search.Clear aria-label={t.handling.tomSok} />
        <Search.Button>{t.handling.sok}</Search.Button>
      </Search>
      {refused && (
        <p id={error} role="alert" className="ds-validation-message" data-color="danger">
          {t.sok.fodselsnummer}
        </p>
      )}
    </form>
  );
}
