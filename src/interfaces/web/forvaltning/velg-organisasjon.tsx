import { Card, Heading, Paragraph } from '@digdir/designsystemet-react';
import { Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import { firstPageOf, useMeg, type Rolle } from '../api/meg.js';
import { MedEpost } from '../shell/epost.js';
import { Textfield } from '../shell/felt.js';
import { Lenke, Side } from '../shell/page.js';
import { Tom } from '../shell/states.js';
import { useTekster } from './tekster.js';

/** The organisations where she has a role. With one, she comes straight to it. */
export function VelgOrganisasjon() {
  const tekster = useTekster();
  const { organisasjoner } = useMeg();
  const [term, setTerm] = useState('');
  const [only] = organisasjoner;
  if (only && organisasjoner.length === 1) return <Navigate to={firstPageOf(only)} params={{ org: only.fiksOrgId }} replace />;
  const inWords = ({ rolle, undertjeneste }: Rolle) => {
    const role = rolle === 'ADMIN' && undertjeneste ? 'TJENESTEADMINISTRATOR' : rolle;
    return [tekster.roller[role] ?? role, undertjeneste && (tekster.undertjenester[undertjeneste] ?? undertjeneste)].filter(Boolean).join(', ');
  };
  const shown = organisasjoner.filter(({ navn }) => navn.toLocaleLowerCase('nb').includes(term.trim().toLocaleLowerCase('nb')));
  return (
    <Side tittel={tekster.velg}>
      {organisasjoner.length > 8 && <Textfield type="search" label={tekster.sokOrganisasjon} value={term} onChange={({ target }) => { setTerm(target.value); }} />}
      {organisasjoner.length === 0 ? (
        <Tom tittel={tekster.ingen}>
          <Paragraph>
            <MedEpost tekst={tekster.ingenTekst} />
          </Paragraph>
        </Tom>
      ) : (
        <ul className="rutenett">
          {shown.map((one) => (
            <li key={one.fiksOrgId}>
              <Card data-color="neutral" className="kort">
                <Heading level={2} data-size="xs">
                  <Lenke to={firstPageOf(one)} params={{ org: one.fiksOrgId }}>
                    {one.navn}
                  </Lenke>
                </Heading>
                <p className="dempet">{one.roller.map(inWords).join('. ')}</p>
              </Card>
            </li>
          ))}
        </ul>
      )}
    </Side>
  );
}
