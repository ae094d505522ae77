import { Card, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useMegQuery } from '../api/meg.js';
import { Lenke, Side } from '../shell/page.js';
import { useSprak } from '../shell/sprak.js';

/** Veiledningen, steg for steg: the headings of the user guide, each with the way to its place. */
export function Veiledning() {
  const { t } = useSprak();
  const { data: meg } = useMegQuery();
  const v = t.veiledning;
  const steps = [
    { tittel: v.taIBruk, tekst: v.taIBrukTekst, deler: [] },
    { tittel: v.innsyn, tekst: v.innsynTekst, deler: [v.svarUt, v.integrasjon, v.driftsmelding] },
    { tittel: v.tjenester, tekst: v.tjenesterTekst, deler: [] },
    { tittel: v.eiendommer, tekst: v.eiendommerTekst, deler: [] },
  ];
  return (
    <Side tittel={v.tittel} ingress={v.ingress}>
      <ol className="liste">
        {steps.map(({ tittel, tekst, deler }, n) => (
          <li key={tittel}>
            <Card data-color="neutral" className="kort">
              <Heading level={2} data-size="xs">
                {n + 1}. {tittel}
              </Heading>
              <Paragraph>{tekst}</Paragraph>
              {deler.length > 0 && (
                <ul className="ord">
                  {deler.map((del) => (
                    <li key={del}>{del}</li>
                  ))}
                </ul>
              )}
            </Card>
          </li>
        ))}
        <li>
          <Card data-color="neutral" className="kort">
            <Heading level={2} data-size="xs">
              5. {v.lenke}
            </Heading>
            <Paragraph>{v.lenkeTekst}</Paragraph>
            <code>{location.origin}/</code>
          </Card>
        </li>
      </ol>
      <Card data-color="neutral" className="kort">
        <Heading level={2} data-size="xs">
          {v.hjelp}
        </Heading>
        <Paragraph>{v.hjelpTekst}</Paragraph>
      </Card>
      {meg && <Lenke to="/">{t.tilstand.tilForsiden}</Lenke>}
    </Side>
  );
}
