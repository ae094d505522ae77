import { Button, Card, Heading, Skeleton, Tag } from '@digdir/designsystemet-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { SubmitEvent } from 'react';
import { api } from '../api/client.js';
import { Textfield } from '../shell/felt.js';
import { fromField, lastField } from '../texts/date-field.js';
import { capital } from '../texts/moments.js';
import { Flere } from '../shell/flere.js';
import { Lenke } from '../shell/page.js';
import { useSprak } from '../shell/sprak.js';
import { Tilstand, Tom } from '../shell/states.js';
import { fra as place, Klokken, Revisjon, useListe, useOrg, writtenIn } from './revisjon.js';
import { useTekster } from './tekster.js';

const colors = { '+': 'success', '~': 'warning', '-': 'danger' } as const;

/** Forskjell: what differs between two moments. The moments stand in the address, as the fields have them. */
export function Forskjell() {
  const t = useTekster();
  const org = useOrg();
  const navigate = useNavigate();
  const { fra, til } = useSearch({ from: '/revisjon/$org/forskjell' });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    void navigate({ to: '/revisjon/$org/forskjell', params: { org }, search: writtenIn(event.currentTarget) });
  };
  return (
    <Revisjon tittel={t.faner.forskjell} ingress={t.forskjell.ingress}>
      <form className="valg ikke-utskrift" onSubmit={submit} key={`${fra} ${til}`}>
        <Textfield type="datetime-local" label={t.forskjell.fra} max={lastField} name="fra" defaultValue={fra ?? ''} required />
        <Textfield type="datetime-local" label={t.forskjell.til} description={t.forskjell.tilHint} max={lastField} name="til" defaultValue={til ?? ''} />
        <Button type="submit">{t.forskjell.vis}</Button>
      </form>
      {fra === undefined ? <Tom tittel={t.forskjell.velg} tekst={t.forskjell.velgTekst} /> : <Forskjellene fra={fromField(fra) ?? ''} til={til === undefined ? undefined : fromField(til)} />}
    </Revisjon>
  );
}

function Forskjellene({ fra, til }: { readonly fra: string; readonly til: string | undefined }) {
  const t = useTekster();
  const { m } = useSprak();
  const org = useOrg();
  const query = useListe(['endringer', org, fra, til], async (neste, signal) => {
    // The service names the end of the period, so that all pages are of the same one.
    const end = neste?.get('til') ?? til;
    const { data, response } = await api.GET('/min-kommune/api/v1/{fiksOrgId}/revisjon/endringer', { params: { path: { fiksOrgId: org }, query: { fra, antall: 100, ...(end !== undefined && { til: end }), ...place(neste) } }, signal });
    return { response, ...(data && { data: [data] }) };
  });
  return (
    <Tilstand query={query} skjelett={<Skeleton variant="rectangle" height={300} />}>
      {(sider) => {
        const endringer = sider.flatMap((side) => side.endringer);
        const { antall, opphevet, fra, til } = sider[0]!;
        const om = (
          <>
            <p>{capital(m.periode(fra.tidspunkt, til.tidspunkt))}</p>
            <Klokken senere={Math.max(fra.senereDatert ?? 0, til.senereDatert ?? 0)} />
          </>
        );
        return antall === 0 ? (
          <>
            {om}
            <Tom tittel={t.forskjell.ingen} tekst={t.forskjell.ingenTekst(opphevet)} />
          </>
        ) : (
          <>
            {om}
            <p role="status">{t.forskjell.antall(antall, opphevet)}</p>
            <ul className="liste">
              {endringer.map(({ art, seksjon, id, setning, hendelser }) => (
                <li key={art + seksjon + id + setning}>
                  <Card data-color="neutral" className="kort">
                    <div className="linje">
                      <Tag data-size="sm" data-color={colors[art as keyof typeof colors]}>
                        {t.forskjell.art[art]}
                      </Tag>
                      <Heading level={2} data-size="2xs">
                        {setning}
                      </Heading>
                    </div>
                    {hendelser.length === 0 && <p className="dempet">{t.forskjell.klokken}</p>}
                    <ul className="lenkeliste">
                      {hendelser.map(({ posisjon, hvem, tidspunkt }) => (
                        <li key={posisjon}>
                          <Lenke to="/revisjon/$org/slik-var-det" params={{ org }} search={{ posisjon }}>
                            {t.forskjell.av(hvem, m.tidspunkt(tidspunkt))}
                          </Lenke>
                        </li>
                      ))}
                    </ul>
                  </Card>
                </li>
              ))}
            </ul>
            <Flere query={query} />
          </>
        );
      }}
    </Tilstand>
  );
}
