import { Button } from '@digdir/designsystemet-react';
import { CheckmarkIcon, FilesIcon } from '@navikt/aksel-icons';
import { useId, useState } from 'react';
import { kopiering } from '../texts/kopiering.js';

/** A value in full, with a button that copies it. */
export function Verdi({ navn, verdi }: { readonly navn: string; readonly verdi: string }) {
  const [copied, setCopied] = useState('');
  const id = useId();
  const done = copied !== '' && copied === verdi;
  return (
    <div className="verdi">
      <span id={id}>{navn}</span>
      <div>
        <output aria-labelledby={id} className="kodefelt">
          {verdi}
        </output>
        <Button
          variant="secondary"
          data-color="accent"
          aria-label={kopiering.kopier_(navn)}
          onClick={() => {
            navigator.clipboard.writeText(verdi).then(
              () => { setCopied(verdi); },
              // Without leave to write to the clipboard, the value is marked, so that she can copy it herself.
              () => { window.getSelection()?.selectAllChildren(document.querySelector(`[aria-labelledby="${id}"]`)!); },
            );
          }}
        >
          {done ? <CheckmarkIcon aria-hidden /> : <FilesIcon aria-hidden />} {done ? kopiering.kopiert : kopiering.kopier}
        </Button>
      </div>
      <span role="status" className="ds-sr-only">
        {done ? kopiering.kopiert : ''}
      </span>
    </div>
  );
}
