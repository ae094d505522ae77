import { Button, Paragraph, Table } from '@digdir/designsystemet-react';
import { Dialogboks } from './dialog.js';
import { useSprak } from './sprak.js';

/** A field that two people have changed, in words. */
export interface ConflictingField {
  readonly navn: string;
  readonly mitt: string;
  readonly deres: string;
}

interface KonfliktProps {
  readonly apen: boolean;
  readonly felt: readonly ConflictingField[];
  /** The button that saves hers, when it does more than that. */
  readonly knapp?: string;
  readonly brukMitt: () => void;
  readonly brukDeres: () => void;
  readonly lukk: () => void;
}

/** The answer to a 412: both versions side by side, per field, and the choice between them. */
export function Konflikt({ apen, felt, knapp, brukMitt, brukDeres, lukk }: KonfliktProps) {
  const { t } = useSprak();
  const different = felt.filter(({ mitt, deres }) => mitt !== deres);
  return (
    <Dialogboks apen={apen} lukk={lukk} tittel={t.konflikt.tittel}>
      <Paragraph>{t.konflikt.tekst}</Paragraph>
      <div className="rull" tabIndex={0} role="group" aria-label={t.konflikt.tittel}>
        <Table data-color="neutral">
          <Table.Head>
            <Table.Row>
              <Table.HeaderCell>{t.konflikt.felt}</Table.HeaderCell>
              <Table.HeaderCell>{t.konflikt.ditt}</Table.HeaderCell>
              <Table.HeaderCell>{t.konflikt.deres}</Table.HeaderCell>
            </Table.Row>
          </Table.Head>
          <Table.Body>
            {different.map(({ navn, mitt, deres }) => (
              <Table.Row key={navn}>
                <Table.HeaderCell scope="row">{navn}</Table.HeaderCell>
                <Table.Cell>{mitt}</Table.Cell>
                <Table.Cell>{deres}</Table.Cell>
              </Table.Row>
            ))}
          </Table.Body>
        </Table>
      </div>
      <div className="knapper">
        <Button data-color="accent" onClick={brukMitt}>
          {knapp ?? t.konflikt.brukMitt}
        </Button>
        <Button variant="secondary" data-color="accent" onClick={brukDeres}>
          {t.konflikt.brukDeres}
        </Button>
      </div>
    </Dialogboks>
  );
}
