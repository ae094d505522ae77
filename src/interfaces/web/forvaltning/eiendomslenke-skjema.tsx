import { Button } from '@digdir/designsystemet-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { api, type Schemas } from '../api/client.js';
import { errorOf } from '../api/error.js';
import { Eiendomskort } from '../min-kommune/eiendomskort.js';
import { Fieldset, Textfield } from '../shell/felt.js';
import { useSprak } from '../shell/sprak.js';
import { Tom } from '../shell/states.js';
import { proveeiendomOf } from '../texts/proveeiendom.js';
import { Forvaltning, ifMatch, lookAt, Stengt, useOrganisasjon } from './oppsett.js';
import { Redigering } from './redigering.js';
import { useTekster } from './tekster.js';

export type Eiendomslenke = Schemas['EiendomslenkeAnswer'];
interface Utkast {
  readonly tittel: string;
  readonly mal: string;
}
const draftOf = ({ tittel, mal }: Eiendomslenke): Utkast => ({ tittel, mal });

const useSmuler = () => {
  return [{ to: '/forvaltning/$org/mine-eiendommer', tekst: useTekster().meny.mineEiendommer }] as const;
};

/** The form of a new link under properties. */
export function NyEiendomslenke() {
  const tekster = useTekster();
  const [id] = useState(() => crypto.randomUUID());
  return (
    <Forvaltning tittel={tekster.eiendom.opprettTittel} kommando="CreateEiendomslenke" smuler={useSmuler()}>
      {({ avtale }) => (avtale.apen ? <Skjema id={id} /> : <Stengt />)}
    </Forvaltning>
  );
}

/** The form of a link under properties that there is. */
export function RedigerEiendomslenke() {
  const { t } = useSprak();
  const tekster = useTekster();
  const { id = '' } = useParams({ strict: false });
  return (
    <Forvaltning tittel={tekster.eiendom.rediger} kommando="ChangeEiendomslenke" smuler={useSmuler()}>
      {({ eiendomslenker }) => {
        const lenke = eiendomslenker.find((one) => one.id === id);
        return lenke ? <Skjema key={id} id={id} na={lenke} /> : <Tom tittel={t.tilstand.finnesIkke} tekst={t.tilstand.finnesIkkeTekst} />;
      }}
    </Forvaltning>
  );
}

function Skjema({ id, na }: { readonly id: string; readonly na?: Eiendomslenke }) {
  const { m } = useSprak();
  const f = useTekster().eiendom;
  const { org, mine } = useOrganisasjon();
  const ids = { tittel: useId(), mal: useId() };
  const example = proveeiendomOf(mine);
  const [eiendom, setEiendom] = useState(example);
  return (
    <Redigering<Utkast, Eiendomslenke>
      start={na ? draftOf(na) : { tittel: '', mal: 'https://' }}
      finn={na && (({ eiendomslenker }) => eiendomslenker.find((one) => one.id === id))}
      utkastAv={draftOf}
      felt={({ tittel, mal }) => ({ tittel: { navn: f.tittelfelt, id: ids.tittel, verdi: tittel }, mal: { navn: f.mal, id: ids.mal, verdi: mal } })}
      send={async ({ tittel, mal }, revisjon) =>
        na
          ? (await api.PATCH('/min-kommune/api/v1/{fiksOrgId}/eiendomslenker/{id}', { params: { path: { fiksOrgId: org, id }, header: ifMatch(revisjon) }, body: { tittel, mal } })).data!
          : (await api.POST('/min-kommune/api/v1/{fiksOrgId}/eiendomslenker', { params: { path: { fiksOrgId: org } }, body: { id, tittel, mal } })).data!
      }
      ferdig={async (saved) => {
        const seen = (await lookAt(org, 'EIENDOM', { matrikkelnummer: example })).lenker.some((one) => one.id === saved.id);
        return { tekst: seen ? f.synlig(m.klokke(Date.now())) : f.lagret, se: '/eiendommer' };
      }}
      knapp={na ? f.lagre : f.opprettKnapp}
      til="/forvaltning/$org/mine-eiendommer"
      forhandsvisning={(utkast) => <Forhandsvisning utkast={utkast} eiendom={eiendom} settEiendom={setEiendom} eksempel={example} />}
    >
      {({ utkast, sett, feil }) => (
        <>
          <Textfield id={ids.tittel} label={f.tittelfelt} value={utkast.tittel} error={feil('tittel')} onChange={({ target }) => { sett({ tittel: target.value }); }} />
          <Textfield id={ids.mal} label={f.mal} description={f.malHjelp} inputMode="url" value={utkast.mal} error={feil('mal')} onChange={({ target }) => { sett({ mal: target.value }); }} />
          <Fieldset>
            <Fieldset.Legend>{f.verdier}</Fieldset.Legend>
            <div className="knapper">
              {Object.entries(f.verdi).map(([name, text]) => (
                <Button key={name} type="button" variant="secondary" data-size="sm" data-color="accent" onClick={() => { sett({ mal: `${utkast.mal}{${name}}` }); }}>
                  {text}
                </Button>
              ))}
            </div>
          </Fieldset>
        </>
      )}
    </Redigering>
  );
}

/** The link as it will stand under a property that she chooses, filled by the service. */
function Forhandsvisning({ utkast: { tittel, mal }, eiendom, settEiendom, eksempel }: { readonly utkast: Utkast; readonly eiendom: string; readonly settEiendom: (value: string) => void; readonly eksempel: string }) {
  const { t } = useSprak();
  const f = useTekster().eiendom;
  const { org, mine } = useOrganisasjon();
  const filled = useQuery({
    queryKey: ['eiendomslenke', org, mal, eiendom],
    retry: false,
    placeholderData: keepPreviousData,
    enabled: mal.length > 'https://'.length,
    queryFn: async () => (await api.POST('/min-kommune/api/v1/{fiksOrgId}/eiendomslenker/forhandsvisning', { params: { path: { fiksOrgId: org } }, body: { mal, matrikkelnummer: eiendom } })).data!.lenke,
  });
  const [, kommunenummer = '', gardsnummer = '', bruksnummer = ''] = /^(\d{4})-(\d+)\/(\d+)/.exec(eiendom) ?? [];
  const error = filled.isError ? errorOf(filled.error).in(t.feil) : undefined;
  return (
    <>
      <Textfield label={f.prov} description={`${f.provHjelp} ${eksempel}`} value={eiendom} error={error?.of('matrikkelnummer')} onChange={({ target }) => { settEiendom(target.value); }} />
      <Eiendomskort adresse={f.eksempel} kommune={mine?.navn ?? ''} kommunenummer={kommunenummer} gardsnummer={gardsnummer} bruksnummer={bruksnummer} lenker={filled.data === undefined || error ? [] : [{ tittel: tittel || '…', lenke: filled.data }]} />
      {error ? error.feil.length === 0 || error.of('mal') !== undefined ? <p className="dempet">{error.of('mal') ?? error.message}</p> : null : filled.data !== undefined && <p className="dempet liten">{f.fylt}: {filled.data}</p>}
    </>
  );
}
