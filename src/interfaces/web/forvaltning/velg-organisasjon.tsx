import { Card, Heading } from '@digdir/designsystemet-react';
import { useMeg, type Rolle } from '../api/meg.js';
import { Side } from '../shell/page.js';
import { useSprak } from '../shell/sprak.js';
import { Tom } from '../shell/states.js';

/** The organisations where she has a role. */
export function VelgOrganisasjon() {
  const { t } = useSprak();
  const { organisasjoner } = useMeg();
  const inWords = ({ rolle, undertjeneste }: Rolle) => [t.forvaltning.roller[rolle] ?? rolle, undertjeneste && (t.forvaltning.undertjenester[undertjeneste] ?? undertjeneste)].filter(Boolean).join(', ');
  return (
    <Side tittel={t.forvaltning.velg}>
      {organisasjoner.length === 0 ? (
        <Tom tittel={t.forvaltning.ingen} tekst={t.forvaltning.ingenTekst} />
      ) : (
        <ul className="rutenett">
          {organisasjoner.map(({ fiksOrgId, navn, roller }) => (
            <li key={fiksOrgId}>
              <Card data-color="neutral" className="kort">
                <Heading level={2} data-size="xs">
                  {navn}
                </Heading>
                <p className="dempet">{roller.map(inWords).join('. ')}</p>
              </Card>
            </li>
          ))}
        </ul>
      )}
    </Side>
  );
}
