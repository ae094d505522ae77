import { Button, Card, Heading, Paragraph } from '@digdir/designsystemet-react';
import type { LinkProps } from '@tanstack/react-router';
import { loginAddress, useMegQuery } from '../api/meg.js';
import { MedEpost } from '../shell/epost.js';
import { Lenke, Side } from '../shell/page.js';
import { useSprak } from '../shell/sprak.js';
import { useTekster } from './tekster.js';

interface Sted {
  readonly tittel: string;
  readonly tekst?: string;
  readonly til?: LinkProps['to'];
  readonly deler?: readonly Sted[];
}

/** Veiledningen, steg for steg: the headings of the user guide, each with the way to its place. */
export function Veiledning() {
  const { t } = useSprak();
  const { data: meg } = useMegQuery();
  const v = useTekster().veiledning;
  const steps: readonly Sted[] = [
    { tittel: v.taIBruk, tekst: v.taIBrukTekst, til: '/forvaltning/$org', deler: [{ tittel: v.administratorer, til: '/forvaltning/$org/administratorer' }] },
    {
      tittel: v.innsyn,
      tekst: v.innsynTekst,
      til: '/forvaltning/$org/innsyn',
      deler: [
        { tittel: v.svarUt, til: '/forvaltning/$org/innsyn/svarut' },
        { tittel: v.integrasjon, til: '/forvaltning/$org/innsyn' },
        { tittel: v.nyIntegrasjon, til: '/forvaltning/$org/innsyn/integrasjoner/ny' },
        { tittel: v.tilgjengelige, til: '/forvaltning/$org/innsyn/tilgjengelige' },
        { tittel: v.tjenesteadministratorer, til: '/forvaltning/$org/innsyn/tjenesteadministratorer' },
      ],
    },
    { tittel: v.tjenester, tekst: v.tjenesterTekst, til: '/forvaltning/$org/kommunale-tjenester', deler: [{ tittel: v.nyTjeneste, til: '/forvaltning/$org/kommunale-tjenester/ny' }] },
    {
      tittel: v.eiendommer,
      tekst: v.eiendommerTekst,
      til: '/forvaltning/$org/mine-eiendommer',
      deler: [
        { tittel: v.eiendomslenker, til: '/forvaltning/$org/mine-eiendommer/lenker/ny' },
        { tittel: v.eiendomsintegrasjon, til: '/forvaltning/$org/mine-eiendommer/integrasjoner' },
      ],
    },
    { tittel: v.driftsmeldinger, tekst: v.driftsmeldingerTekst, til: '/forvaltning/$org/innsyn/driftsmeldinger', deler: [{ tittel: v.driftsmelding, til: '/forvaltning/$org/innsyn/driftsmeldinger/ny' }] },
  ];
  const [mine] = meg?.organisasjoner ?? [];
  /** The way to a place of her organisation. With several she chooses first, and without any there is none. */
  const way = ({ tittel, til }: Sted) => {
    if (!mine || til === undefined) return tittel;
    return meg?.organisasjoner.length === 1 ? (
      <Lenke to={til} params={{ org: mine.fiksOrgId } as never}>
        {tittel}
      </Lenke>
    ) : (
      <Lenke to="/forvaltning">{tittel}</Lenke>
    );
  };
  return (
    <Side tittel={v.tittel} ingress={mine ? v.ingress : v.ingressUtenRolle}>
      {!mine && meg?.porten !== 'ansattporten' && (
        <div className="knapper">
          <Button asChild data-color="accent">
            <a href={loginAddress('ansattporten')}>{t.skall.loggInnAnsattporten}</a>
          </Button>
        </div>
      )}
      <ol className="liste">
        {steps.map((step, n) => (
          <li key={step.tittel}>
            <Card data-color="neutral" className="kort">
              <Heading level={2} data-size="xs">
                {n + 1}. {way(step)}
              </Heading>
              <Paragraph>{step.tekst}</Paragraph>
              {step.deler && (
                <ul className="ord">
                  {step.deler.map((part) => (
                    <li key={part.tittel}>{way(part)}</li>
                  ))}
                </ul>
              )}
            </Card>
          </li>
        ))}
        <li>
          <Card data-color="neutral" className="kort">
            <Heading level={2} data-size="xs">
              {steps.length + 1}. {v.lenke}
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
        <Paragraph>
          <MedEpost tekst={v.hjelpTekst} />
        </Paragraph>
      </Card>
      {meg && <Lenke to="/">{t.tilstand.tilForsiden}</Lenke>}
    </Side>
  );
}
