import { Button, Heading, Paragraph } from '@digdir/designsystemet-react';
import { PlusIcon } from '@navikt/aksel-icons';
import { useState } from 'react';
import { api } from '../api/client.js';
import { Dialogboks } from '../shell/dialog.js';
import { Fakta } from '../shell/fakta.js';
import { Textfield } from '../shell/felt.js';
import type { Fane } from '../shell/organisasjonsmeny.js';
import { useSprak } from '../shell/sprak.js';
import { Feil, Tom } from '../shell/states.js';
import { Forvaltning, resourceOf, Stengt, useEndring, useOrganisasjon, type Konfigurasjon, type Undertjeneste } from './oppsett.js';
import { useTekster } from './tekster.js';

type Rolle = 'ADMIN' | 'REVISOR' | 'TJENESTEADMINISTRATOR';
type Person = Konfigurasjon['administratorer'][number];

/** Administratorer and revisorer of the organisation. */
export function Administratorer() {
  const f = useTekster().personer;
  const { org } = useOrganisasjon();
  return (
    <Forvaltning tittel={f.tittel} ingress={f.ingress} kommando="AppointAdministrator">
      {({ administratorer, revisorer }) => (
        <>
          <Rolleliste overskrift={f.administratorer} rolle="ADMIN" ressurs={org} personer={administratorer} kommando="AppointAdministrator" />
          <Rolleliste overskrift={f.revisorer} rolle="REVISOR" ressurs={org} personer={revisorer} kommando="AppointRevisor" />
        </>
      )}
    </Forvaltning>
  );
}

/** The tab with the tjenesteadministratorer of one undertjeneste. */
export function Tjenesteadministratorer({ undertjeneste, faner, tittel }: { readonly undertjeneste: Undertjeneste; readonly faner: readonly Fane[]; readonly tittel: string }) {
  const f = useTekster();
  const name = f.undertjenester[undertjeneste]!;
  const { org } = useOrganisasjon();
  return (
    <Forvaltning tittel={tittel} faner={faner} kommando="AddTjenesteadministrator">
      {({ avtale, tjenesteadministratorer }) =>
        avtale.apen ? (
          <>
            <Paragraph>{f.personer.tjenesteadministratorerTekst(name)}</Paragraph>
            <Rolleliste
              overskrift={f.personer.tjenesteadministratorer(name)}
              rolle="TJENESTEADMINISTRATOR"
              ressurs={org}
              undertjeneste={undertjeneste}
              personer={tjenesteadministratorer.filter((one) => one.undertjeneste === undertjeneste)}
              kommando="AddTjenesteadministrator"
            />
          </>
        ) : (
          <Stengt />
        )
      }
    </Forvaltning>
  );
}

interface RollelisteProps {
  readonly overskrift: string;
  readonly rolle: Rolle;
  /** The organisation, whose resources the roles are on. */
  readonly ressurs: string;
  readonly undertjeneste?: Undertjeneste;
  readonly personer: readonly Person[];
  /** The command that lets her change the list. */
  readonly kommando: string;
}

function Rolleliste({ overskrift, rolle, ressurs: org, undertjeneste, personer, kommando }: RollelisteProps) {
  const { m } = useSprak();
  const tekster = useTekster();
  const f = tekster.personer;
  const { kan } = useOrganisasjon();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Person>();
  const [open, setOpen] = useState(false);
  const privilegium = rolle === 'REVISOR' ? 'REVISOR' : 'ADMIN';
  // Within a sentence, those whose names nobody knows yet are told apart by when they got the role.
  const nameOf = (person: Person) => person.navn ?? f.ukjentPerson(person.gitt ? m.tidspunkt(person.gitt) : undefined);
  const remove = useEndring(
    async (person: Person) => {
      const ressurs = await resourceOf(org, undertjeneste);
      // The reference of the person, not the fødselsnummer, because addresses are logged.
      await api.DELETE('/autorisasjon-update/api/v1/ressurs/{ressurs}/tilganger', { params: { path: { ressurs }, query: { aktor: person.id, privilegium } } });
    },
    (_, person) => {
      setOpen(false);
      return { tekst: f.fjernet(nameOf(person)), angre: () => { undo.mutate(person); } };
    },
  );
  const undo = useEndring(
    async (person: Person) => {
      const ressurs = await resourceOf(org, undertjeneste);
      await api.PUT('/min-kommune/api/v1/{fiksOrgId}/tilganger', { params: { path: { fiksOrgId: org } }, body: { aktor: person.id, privilegium, ressurs, ...(person.utlop !== undefined && { utlop: person.utlop }) } });
    },
    () => ({ tekst: tekster.angret }),
  );
  const may = kan(kommando);
  return (
    <section className="avsnitt">
      <div className="avsnittstopp">
        <Heading level={2} data-size="sm">
          {overskrift}
        </Heading>
        {may && (
          <Button data-color="accent" variant="secondary" onClick={() => { setAdding(true); }}>
            <PlusIcon aria-hidden /> {f.leggTil[rolle]}
          </Button>
        )}
      </div>
      {personer.length === 0 ? (
        <Tom tittel={f.ingen[rolle]!} tekst={f.ingenTekst} />
      ) : (
        <ul className="rader">
          {personer.map((person) => (
            <li key={person.id}>
              <strong className="radnavn">{person.navn ?? f.ukjentNavn}</strong>
              <Fakta
                fakta={[
                  [f.siden, person.gitt && m.dag(person.gitt)],
                  [f.gittAv, person.gittAvNavn],
                  [f.sistBrukt, person.sistBrukt ? m.dag(person.sistBrukt) : f.aldri],
                  [f.varer, person.utlop && m.dag(person.utlop)],
                ]}
              />
              {may && (
                <Button
                  variant="tertiary"
                  data-color="danger"
                  aria-label={f.fjern_(nameOf(person))}
                  onClick={() => {
                    setRemoving(person);
                    setOpen(true);
                  }}
                >
                  {f.fjern}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <LeggTil apen={adding} lukk={() => { setAdding(false); }} rolle={rolle} org={org} undertjeneste={undertjeneste} privilegium={privilegium} />
      <Dialogboks
        apen={open}
        lukk={() => { setOpen(false); }}
        tittel={f.fjernTittel(removing ? nameOf(removing) : '')}
        send={() => { if (removing) remove.mutate(removing); }}
        knapp={f.fjern}
        farge="danger"
        venter={remove.isPending}
      >
        <Paragraph>{f.fjernTekst}</Paragraph>
        {remove.isError && <Feil error={remove.error} />}
      </Dialogboks>
    </section>
  );
}

function LeggTil({ apen, lukk, rolle, org, undertjeneste, privilegium }: { readonly apen: boolean; readonly lukk: () => void; readonly rolle: Rolle; readonly org: string; readonly undertjeneste: Undertjeneste | undefined; readonly privilegium: string }) {
  const f = useTekster().personer;
  const [fnr, setFnr] = useState('');
  const [utlop, setUtlop] = useState('');
  const [told, tell] = useState(false);
  const close = () => {
    setFnr('');
    setUtlop('');
    tell(false);
    add.reset();
    lukk();
  };
  const add = useEndring(
    async () => {
      const ressurs = await resourceOf(org, undertjeneste);
      return (await api.PUT('/min-kommune/api/v1/{fiksOrgId}/tilganger', { params: { path: { fiksOrgId: org } }, body: { aktor: fnr.replace(/\s/g, ''), privilegium, ressurs, ...(utlop !== '' && { utlop }) } })).data;
    },
    () => {
      close();
      return { tekst: f.lagtTil(f.personen) };
    },
  );
  const right = /^\d{11}$/.test(fnr.replace(/\s/g, ''));
  return (
    <Dialogboks
      apen={apen}
      lukk={close}
      tittel={f.leggTil[rolle]!}
      knapp={f.leggTil[rolle]}
      venter={add.isPending}
      send={() => {
        tell(!right);
        if (right) add.mutate(undefined);
      }}
    >
      {add.isError && <Feil error={add.error} />}
      <Textfield label={f.fnr} description={f.fnrTekst} inputMode="numeric" autoComplete="off" value={fnr} onChange={({ target }) => { setFnr(target.value); }} error={told && !right ? f.manglerFnr : undefined} />
      <Textfield type="date" label={f.utlop} description={f.utlopTekst} value={utlop} onChange={({ target }) => { setUtlop(target.value); }} />
    </Dialogboks>
  );
}
