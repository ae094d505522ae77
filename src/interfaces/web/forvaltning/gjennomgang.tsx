import { Alert, Button, Paragraph, Radio, Tag } from '@digdir/designsystemet-react';
import { useState } from 'react';
import { api, queries, type Schemas } from '../api/client.js';
import { Dialogboks } from '../shell/dialog.js';
import { Fakta } from '../shell/fakta.js';
import { useSprak } from '../shell/sprak.js';
import { Feil, Tilstand, Tom } from '../shell/states.js';
import { Forvaltning, SkjelettTabell, useEndring, useOrganisasjon } from './oppsett.js';

type Tilgang = Schemas['TilgangTilGjennomgang'];
type Choice = 'BEHOLD' | 'FJERN';
const utvalg = ['IKKE_GJENNOMGATT', 'UTLOPER_SNART', 'ALLE'] as const;
const keyOf = ({ aktor, ressurs, privilegium }: Tilgang) => `${aktor} ${ressurs} ${privilegium}`;

/** Tilgangsgjennomgang: who has which tilgang, since when and whether it is used, and the choice to keep or take each. */
export function Gjennomgang() {
  const { t, m } = useSprak();
  const f = t.forvaltning.gjennomgang;
  const { org, kan } = useOrganisasjon();
  const [chosen, choose] = useState<(typeof utvalg)[number]>('ALLE');
  const [choices, setChoices] = useState<ReadonlyMap<string, Choice>>(new Map());
  const [asking, ask] = useState(false);
  const [told, tell] = useState(false);
  const query = queries.useQuery('get', '/min-kommune/api/v1/{fiksOrgId}/tilgangsgjennomgang', { params: { path: { fiksOrgId: org }, query: { utvalg: chosen } } });
  const rows = query.data?.treff ?? [];
  const decided = rows.flatMap((one) => {
    const avgjorelse = choices.get(keyOf(one));
    return avgjorelse === undefined ? [] : [{ aktor: one.aktor, ressurs: one.ressurs, privilegium: one.privilegium, avgjorelse }];
  });
  const removed = decided.filter(({ avgjorelse }) => avgjorelse === 'FJERN').length;
  const save = useEndring(
    async () => (await api.POST('/min-kommune/api/v1/{fiksOrgId}/tilgangsgjennomgang', { params: { path: { fiksOrgId: org } }, body: { tilganger: decided } as never })).data!,
    ({ beholdt, fjernet }) => {
      setChoices(new Map());
      ask(false);
      return { tekst: f.utfort(beholdt, fjernet) };
    },
  );
  const may = kan('ReviewTilganger');
  const nameOf = ({ privilegium, omrade }: Tilgang) => {
    const role = privilegium === 'ADMIN' && omrade !== 'ORGANISASJON' ? 'TJENESTEADMINISTRATOR' : privilegium;
    return [t.forvaltning.roller[role] ?? t.forvaltning.ny.bruksomrader[role] ?? role, omrade !== 'ORGANISASJON' && t.forvaltning.undertjenester[omrade]].filter(Boolean).join(', ');
  };
  const holder = (one: Tilgang) => one.navn ?? t.forvaltning.personer.ukjentNavn;
  return (
    <Forvaltning tittel={f.tittel} ingress={f.ingress} kommando="ReviewTilganger">
      {() => (
        <>
          <fieldset className="valggruppe">
            <legend>{f.vis}</legend>
            {utvalg.map((one) => (
              <Radio key={one} name="utvalg" value={one} label={f.utvalg[one]} checked={chosen === one} onChange={() => { choose(one); }} />
            ))}
          </fieldset>
          <Tilstand query={query} skjelett={<SkjelettTabell />} erTom={({ treff }) => treff.length === 0} tom={<Tom tittel={f.tom} tekst={f.tomTekst} />}>
            {({ treff, sistGjennomgatt, utloperSnart, ikkeGjennomgatt }) => (
              <>
                <p className="dempet">
                  {sistGjennomgatt ? f.sist(m.dag(sistGjennomgatt)) : f.aldri} {utloperSnart > 0 && f.utloperSnart(utloperSnart)} {ikkeGjennomgatt > 0 && f.ikkeGjennomgatt(ikkeGjennomgatt)}
                </p>
                <ul className="rader">
                  {treff.map((one) => (
                    <li key={keyOf(one)}>
                      <div className="radnavn">
                        <strong>{holder(one)}</strong>
                        <span>{nameOf(one)}</span>
                        {one.utloperSnart && one.utlop && (
                          <span>
                            <Tag data-color="warning" data-size="sm">
                              {t.forvaltning.personer.varer} {m.dag(one.utlop)}
                            </Tag>
                          </span>
                        )}
                      </div>
                      <Fakta
                        fakta={[
                          [f.siden, one.gitt && m.dag(one.gitt)],
                          [t.forvaltning.personer.gittAv, one.gittAvNavn],
                          [f.sistBrukt, one.sistBrukt ? m.dag(one.sistBrukt) : t.forvaltning.personer.aldri],
                        ]}
                      />
                      {may && (
                        <fieldset className="valggruppe">
                          <legend className="ds-sr-only">{f.forAktor(holder(one), nameOf(one))}</legend>
                          {(['BEHOLD', 'FJERN'] as const).map((choice) => (
                            <Radio key={choice} name={keyOf(one)} value={choice} label={choice === 'BEHOLD' ? f.behold : f.fjern} checked={choices.get(keyOf(one)) === choice} onChange={() => { setChoices(new Map(choices).set(keyOf(one), choice)); }} />
                          ))}
                        </fieldset>
                      )}
                    </li>
                  ))}
                </ul>
                {may && (
                  <>
                    {told && decided.length === 0 && <Alert data-color="warning" role="alert">{f.velgNoe}</Alert>}
                    <div>
                      <Button
                        data-color="accent"
                        loading={save.isPending}
                        onClick={() => {
                          tell(true);
                          if (removed > 0) ask(true);
                          else if (decided.length > 0) save.mutate(undefined);
                        }}
                      >
                        {f.lagre}
                      </Button>
                    </div>
                  </>
                )}
              </>
            )}
          </Tilstand>
          <Dialogboks apen={asking} lukk={() => { ask(false); }} tittel={f.lagre} knapp={f.lagre} farge="danger" venter={save.isPending} send={() => { save.mutate(undefined); }}>
            <Paragraph>{f.bekreft(removed)}</Paragraph>
            {save.isError && <Feil error={save.error} />}
          </Dialogboks>
        </>
      )}
    </Forvaltning>
  );
}
