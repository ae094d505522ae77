import { Button, Dialog, Heading } from '@digdir/designsystemet-react';
import { useId, type ReactNode, type SubmitEvent } from 'react';
import { useSprak } from './sprak.js';

interface DialogProps {
  readonly apen: boolean;
  readonly lukk: () => void;
  readonly tittel: string;
  readonly children: ReactNode;
  /** The form's action. Without it, the dialog has no form and no button but the one that closes it. */
  readonly send?: () => void;
  readonly knapp?: string;
  /** The button's colour: danger for what cannot be undone. */
  readonly farge?: 'accent' | 'danger';
  readonly venter?: boolean;
  /** A dialog that Escape and a click outside do not close, for what is shown only once. */
  readonly bliApen?: boolean;
}

/**
 * A dialog with a form. It is always in the page and only opened and closed, so that the focus goes back to what opened it. The
 * heading gets the focus first, because the closing button says nothing about what is asked.
 */
export function Dialogboks({ apen, lukk, tittel, children, send, knapp, farge = 'accent', venter = false, bliApen = false }: DialogProps) {
  const { t } = useSprak();
  const [form, heading] = [useId(), useId()];
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!venter) send?.();
  };
  return (
    <Dialog open={apen} onClose={lukk} closedby={bliApen ? 'none' : 'closerequest'} closeButton={t.handling.lukk} aria-labelledby={heading} data-color="neutral">
      <Dialog.Block>
        <Heading level={2} data-size="sm" id={heading} tabIndex={-1} autoFocus>
          {tittel}
        </Heading>
      </Dialog.Block>
      <Dialog.Block>
        {send ? (
          <form id={form} onSubmit={submit} noValidate className="skjema">
            {children}
          </form>
        ) : (
          children
        )}
      </Dialog.Block>
      <Dialog.Block>
        <div className="knapper">
          {send && (
            <Button type="submit" form={form} data-color={farge} loading={venter}>
              {knapp ?? t.handling.lagre}
            </Button>
          )}
          <Button variant="tertiary" data-color="accent" onClick={lukk}>
            {send ? t.handling.avbryt : t.handling.lukk}
          </Button>
        </div>
      </Dialog.Block>
    </Dialog>
  );
}
