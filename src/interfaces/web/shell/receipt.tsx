import { Alert, Button, Paragraph } from '@digdir/designsystemet-react';
import type { LinkProps } from '@tanstack/react-router';
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react';
import { Lenke } from './page.js';
import { useSprak } from './sprak.js';

/** The message that something was done: what, where it can be seen, and how it is undone. */
export interface Receipt {
  readonly tekst: string;
  /** The address of a page of these pages where it can be seen. */
  readonly se?: LinkProps['to'];
  readonly params?: Readonly<Record<string, string>>;
  /** The text of the link to it. */
  readonly lenke?: string;
  readonly angre?: () => void;
  readonly color?: 'success' | 'warning';
}

const Receipts = createContext<((receipt: Receipt | undefined) => void) | undefined>(undefined);

/** The place of the latest receipt, at the bottom of the window. It stays until it is closed or replaced. */
export function ReceiptProvider({ children }: { readonly children: ReactNode }) {
  const { t } = useSprak();
  const [receipt, show] = useState<Receipt>();
  const close = useCallback(() => {
    show(undefined);
  }, []);
  const { tekst, se, params, lenke, angre, color = 'success' } = receipt ?? {};
  return (
    <Receipts value={useMemo(() => show, [])}>
      {children}
      <div role="status" className="kvittering">
        {tekst !== undefined && (
          <Alert data-color={color}>
            <Paragraph>{tekst}</Paragraph>
            <div className="knapper">
              {se !== undefined && (
                <Lenke to={se} {...(params && { params: params as never })}>
                  {lenke ?? t.handling.seSiden}
                </Lenke>
              )}
              {angre && (
                <Button
                  variant="tertiary"
                  data-size="sm"
                  onClick={() => {
                    close();
                    angre();
                  }}
                >
                  {t.handling.angre}
                </Button>
              )}
              <Button variant="tertiary" data-size="sm" onClick={close}>
                {t.handling.lukk}
              </Button>
            </div>
          </Alert>
        )}
      </div>
    </Receipts>
  );
}

/** Shows a receipt, or takes it away. */
export function useReceipt(): (receipt: Receipt | undefined) => void {
  const show = use(Receipts);
  if (!show) throw new Error('No place for receipts');
  return show;
}
