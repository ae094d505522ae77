import { Table } from '@digdir/designsystemet-react';
import type { ReactNode } from 'react';

interface TabellProps {
  /** The name of the table. */
  readonly navn: string;
  readonly kolonner: readonly string[];
  /** Whether it is wider than a phone, and scrolls there. */
  readonly bred?: boolean;
  /** The rows. */
  readonly children: ReactNode;
}

/** A table in a region that scrolls, also by keyboard. */
export function Tabell({ navn, kolonner, bred, children }: TabellProps) {
  return (
    <div className="rull" tabIndex={0} role="group" aria-label={navn}>
      <Table data-color="neutral" data-size="sm" className={bred ? 'verdier bred' : 'verdier'}>
        <Table.Head>
          <Table.Row>
            {kolonner.map((one) => (
              <Table.HeaderCell key={one} scope="col">
                {one}
              </Table.HeaderCell>
            ))}
          </Table.Row>
        </Table.Head>
        <Table.Body>{children}</Table.Body>
      </Table>
    </div>
  );
}
