import { Button, Card, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useId, useState, type ReactNode } from 'react';
import { api } from '../api/client.js';
import { Dialogboks } from '../shell/dialog.js';
import { Fakta } from '../shell/fakta.js';
import { Checkbox, Fieldset, Radio, Textfield } from '../shell/felt.js';
import { useReceipt } from '../shell/receipt.js';
import { useSprak } from '../shell/sprak.js';
import { Feil, Tom } from '../shell/states.js';
import { visningsnavn } from '../texts/tilganger.js';
import { bruk, steder, type Integrasjon, type Sted, useSmuler } from './integrasjoner.js';
import { Forvaltning, ifMatch, resourceOf, SistEndret, Stengt, useEndring, useOrganisasjon } from './oppsett.js';
import { LagPassord, PassordDialog, type Passord } from './passord.js';
import { Redigering } from './redigering.js';
import { useTekster } from './tekster.js';

/** One integration: description, tilganger, storage, password, and the ways to be rid of it. */
export function EnIntegrasjon({ sted }: { readonly sted: Sted }) {
  const f = useTekster();
  const { id = '' } = useParams({ strict: false });
  const { org } = useOrganisasjon();
  const [navn, setNavn] = useState<string>();
  return (
    <Forvaltning
      tittel={navn ?? f.faner.integrasjoner}
      smuler={useSmuler(sted)}
    >
      {({ avtale, integrasjoner }) => {
        if (!avtale.apen) return <Stengt />;
        const one = integrasjoner.find(({ uuid }) => uuid === id);
        if (!one) return <Tom tittel={f.integrasjoner.finnesIkke} />;
        if (one.navn !== navn) queueMicrotask(() => { setNavn(one.navn); });
        return <Innhold key={id} one={one} sted={sted} own={one.fiksOrganisasjonUuid === org} />;
      }}
    </Forvaltning>
  );
}

function Innhold({ one, sted, own }: { readonly one: Integrasjon; readonly sted: Sted; readonly own: boolean }) {
  const { t, m } = useSprak();
  const tekster = useTekster();
  const f = tekster.integrasjoner;
  const { kan } = useOrganisasjon();
  const [passord, setPassord] = useState<Passord>();
  const ids = { navn: useId(), beskrivelse: useId(), autorisertOrgnr: useId() };
  return (
    <>
      <p className="dempet linje">
        {own ? f.egen : f.annen(one.fiksOrganisasjonNavn)} <SistEndret endret={one.endret} endretAv={one.endretAv} />
      </p>
      {own && kan('ChangeIntegration') && (
        <Del tittel={f.detaljer}>
          <Redigering<{ navn: string; beskrivelse: string; autorisertOrgnr: string }, Integrasjon>
            start={{ navn: one.navn, beskrivelse: one.beskrivelse ?? '', autorisertOrgnr: one.autorisertOrgnr }}
            finn={({ integrasjoner }) => integrasjoner.find(({ uuid }) => uuid === one.uuid)}
            utkastAv={({ navn, beskrivelse, autorisertOrgnr }) => ({ navn, beskrivelse: beskrivelse ?? '', autorisertOrgnr })}
            felt={({ navn, beskrivelse, autorisertOrgnr }) => ({
              navn: { navn: tekster.ny.navn, id: ids.navn, verdi: navn },
              beskrivelse: { navn: tekster.ny.beskrivelse, id: ids.beskrivelse, verdi: beskrivelse },
              autorisertOrgnr: { navn: tekster.ny.orgnr, id: ids.autorisertOrgnr, verdi: autorisertOrgnr },
            })}
            send={async ({ navn, beskrivelse, autorisertOrgnr }, revisjon) => {
              await api.PATCH('/konfigurasjon/api/v1/integrasjoner/{integrasjonId}', { params: { path: { integrasjonId: one.uuid }, header: ifMatch(revisjon) }, body: { navn, autorisertOrgnr, ...(beskrivelse.trim() !== '' && { beskrivelse }) } });
              return { ...one, navn };
            }}
            ferdig={({ navn }) => ({ tekst: f.lagret(navn) })}
            mangler={({ beskrivelse }): Readonly<Record<string, string>> => (one.beskrivelse && beskrivelse.trim() === '' ? { beskrivelse: f.beskrivelseMa } : {})}
            knapp={t.handling.lagre}
            til={steder[sted].liste}
            forhandsvisning={undefined}
          >
            {({ utkast, sett, feil }) => (
              <>
                <Textfield id={ids.navn} label={tekster.ny.navn} value={utkast.navn} error={feil('navn')} onChange={({ target }) => { sett({ navn: target.value }); }} />
                <Textfield id={ids.beskrivelse} label={tekster.ny.beskrivelse} description={tekster.ny.beskrivelseHjelp} value={utkast.beskrivelse} error={feil('beskrivelse')} onChange={({ target }) => { sett({ beskrivelse: target.value }); }} />
                <Textfield id={ids.autorisertOrgnr} label={tekster.ny.orgnr} description={tekster.ny.orgnrHjelp} inputMode="numeric" value={utkast.autorisertOrgnr} error={feil('autorisertOrgnr')} onChange={({ target }) => { sett({ autorisertOrgnr: target.value }); }} />
              </>
            )}
          </Redigering>
        </Del>
      )}
      <div className="rutenett to">
        <TilgangerDel one={one} sted={sted} />
        {sted === 'INNSYN' && <LagringDel one={one} />}
        {own && (
          <Del tittel={tekster.ny.passord}>
            <Fakta
              fakta={[
                [tekster.passord.id, one.uuid],
                [f.passord, !one.passordLaget ? f.ikkeLaget : one.passordLagetAv ? f.lagetAv(m.nylig(one.passordLaget), one.passordLagetAv) : f.laget(m.nylig(one.passordLaget))],
                [tekster.personer.sistBrukt, one.sistBrukt ? m.dag(one.sistBrukt) : f.ikkeBrukt],
              ]}
            />
            {kan('GenerateIntegrationPassword') && (
              <div>
                <LagPassord integrasjonId={one.uuid} revisjon={one.revisjon} navn={one.navn} finnes={Boolean(one.passordLaget)} vis={setPassord} />
              </div>
            )}
          </Del>
        )}
        <Fjern one={one} sted={sted} own={own} />
      </div>
      <PassordDialog passord={passord} navn={one.navn} ferdig={() => { setPassord(undefined); }} />
    </>
  );
}

/** A tilgang as it was held: undoing gives back its last day too. */
type Holdt = Pick<Integrasjon['tilganger'][number], 'privilegium' | 'utlop'>;
/** Gives a tilgang as it was held. */
const giveBack = (fiksOrgId: string, aktor: string, ressurs: string, { privilegium, utlop }: Holdt) =>
  api.PUT('/min-kommune/api/v1/{fiksOrgId}/tilganger', { params: { path: { fiksOrgId } }, body: { aktor, privilegium, ressurs, ...(utlop && { utlop }) } });
const take = (aktor: string, ressurs: string, privilegium: string) => api.DELETE('/autorisasjon-update/api/v1/ressurs/{ressurs}/tilganger', { params: { path: { ressurs }, query: { aktor, privilegium } } });

function TilgangerDel({ one, sted }: { readonly one: Integrasjon; readonly sted: Sted }) {
  const tekster = useTekster();
  const f = tekster.integrasjoner;
  const { org, kan } = useOrganisasjon();
  const undo = useEndring(
    async ({ on, ...held }: Holdt & { readonly on: boolean }) => {
      const ressurs = await resourceOf(org, sted);
      await (on ? giveBack(org, one.uuid, ressurs, held) : take(one.uuid, ressurs, held.privilegium));
    },
    () => ({ tekst: tekster.angret }),
  );
  const change = useEndring(
    async ({ privilegium, on }: Holdt & { readonly on: boolean }) => {
      const ressurs = await resourceOf(org, sted);
      if (on) await api.POST('/autorisasjon-update/api/v1/ressurs/{ressurs}/tilganger', { params: { path: { ressurs } }, body: { aktor: one.uuid, privilegium } });
      else await take(one.uuid, ressurs, privilegium);
    },
    (_, { on, ...held }) => ({ tekst: (on ? f.tilgangGitt : f.tilgangTatt)(visningsnavn(held.privilegium)), angre: () => { undo.mutate({ ...held, on: !on }); } }),
  );
  const may = kan('GrantAccess');
  return (
    <Del tittel={f.tilganger}>
      <Fieldset>
        <Fieldset.Legend className="ds-sr-only">{f.tilganger}</Fieldset.Legend>
        {bruk[sted].map((privilegium) => {
          const held = one.tilganger.find((tilgang) => tilgang.privilegium === privilegium);
          return (
            <Checkbox
              key={privilegium}
              label={visningsnavn(privilegium)}
              description={tekster.ny.bruksomrader[privilegium]}
              value={privilegium}
              readOnly={!may}
              checked={change.venter.findLast((asked) => asked.privilegium === privilegium)?.on ?? held !== undefined}
              onChange={({ target }) => { if (may) change.enqueue({ privilegium, on: target.checked, utlop: held?.utlop }); }}
            />
          );
        })}
      </Fieldset>
    </Del>
  );
}

type Lagring = 'DOKUMENTLAGER' | 'FAGSYSTEM';

function LagringDel({ one }: { readonly one: Integrasjon }) {
  const tekster = useTekster();
  const f = tekster.integrasjoner;
  const { org, kan } = useOrganisasjon();
  const say = useReceipt();
  const name = useId();
  const send = async ({ lagring }: { readonly lagring: Lagring; readonly before?: Lagring }) => {
    await api.PUT('/min-kommune/api/v1/{fiksOrgId}/integrasjoner/{integrasjonId}/dokumentlagring', { params: { path: { fiksOrgId: org, integrasjonId: one.uuid } }, body: { lagring } });
  };
  const undo = useEndring(send, () => ({ tekst: tekster.angret }));
  const choose = useEndring(send, (_, { lagring, before }) => ({ tekst: f.lagringValgt[lagring], ...(before && { angre: () => { undo.mutate({ lagring: before }); } }) }));
  const may = kan('ChooseDocumentStorage');
  const chosen = choose.venter.at(-1)?.lagring ?? (one.lagring as Lagring | null | undefined);
  return (
    <Del tittel={f.lagring}>
      <Paragraph>{tekster.ny.lagringTekst}</Paragraph>
      <Fieldset>
        <Fieldset.Legend className="ds-sr-only">{f.lagring}</Fieldset.Legend>
        {(['DOKUMENTLAGER', 'FAGSYSTEM'] as const).map((lagring) => (
          <Radio
            key={lagring}
            name={name}
            value={lagring}
            label={tekster.ny.lagringer[lagring]}
            readOnly={!may}
            checked={chosen === lagring}
            onChange={() => {
              say(undefined);
              if (may) choose.enqueue({ lagring, ...(chosen && { before: chosen }) });
            }}
          />
        ))}
      </Fieldset>
    </Del>
  );
}

function Fjern({ one, sted, own }: { readonly one: Integrasjon; readonly sted: Sted; readonly own: boolean }) {
  const tekster = useTekster();
  const f = tekster.integrasjoner;
  const { org, kan } = useOrganisasjon();
  const navigate = useNavigate();
  const [asking, ask] = useState<'fjern' | 'slett'>();
  const [text, setText] = useState('');
  const [told, tell] = useState(false);
  const leave = () => {
    ask(undefined);
    void navigate({ to: steder[sted].liste, params: { org } });
  };
  const detach = useEndring(
    // The tilganger that it has, which are what the undoing gives back.
    async (_: readonly Holdt[]) => {
      const ressursId = await resourceOf(org, sted);
      await api.DELETE('/konfigurasjon/api/v1/integrasjoner/{integrasjonId}/tilknyttede-ressurser/{ressursId}', { params: { path: { integrasjonId: one.uuid, ressursId } } });
    },
    (__, held) => {
      leave();
      return { tekst: f.fjernet(one.navn), angre: () => { attach.mutate(held); } };
    },
  );
  const attach = useEndring(
    async (held: readonly Holdt[]) => {
      const ressursId = await resourceOf(org, sted);
      await api.PUT('/konfigurasjon/api/v1/integrasjoner/{integrasjonId}/tilknyttede-ressurser/{ressursId}', { params: { path: { integrasjonId: one.uuid, ressursId } } });
      // A ready-made one comes with every tilgang that it asks for, also those that it did not have.
      const given = bruk[sted].filter((asked) => one.forespurtePrivilegier?.includes(asked) && !held.some(({ privilegium }) => privilegium === asked));
      for (const privilegium of given) await take(one.uuid, ressursId, privilegium);
      for (const tilgang of held) await giveBack(org, one.uuid, ressursId, tilgang);
    },
    () => ({ tekst: tekster.angret }),
  );
  const remove = useEndring(
    async () => {
      await api.DELETE('/konfigurasjon/api/v1/integrasjoner/{integrasjonId}', { params: { path: { integrasjonId: one.uuid } } });
    },
    () => {
      leave();
      return { tekst: f.slettet(one.navn) };
    },
  );
  const mayDetach = kan('DetachIntegration');
  const mayDelete = own && kan('DeleteIntegration');
  if (!mayDetach && !mayDelete) return null;
  const deleting = asking === 'slett';
  const right = text.trim() === one.navn;
  const working = deleting ? remove : detach;
  return (
    <Del tittel={f.fjern}>
      <div className="knapper">
        {mayDetach && (
          <Button variant="secondary" data-color="danger" onClick={() => { ask('fjern'); }}>
            {f.fjern}
          </Button>
        )}
        {mayDelete && (
          <Button variant="tertiary" data-color="danger" onClick={() => { ask('slett'); }}>
            {f.slett}
          </Button>
        )}
      </div>
      <Dialogboks
        apen={asking !== undefined}
        lukk={() => {
          ask(undefined);
          setText('');
          tell(false);
        }}
        tittel={deleting ? f.slett : f.fjern}
        knapp={deleting ? f.slett : f.fjern}
        farge="danger"
        venter={working.isPending}
        send={() => {
          tell(deleting && !right);
          if (!deleting) detach.mutate(one.tilganger.filter(({ undertjeneste }) => undertjeneste === sted));
          else if (right) remove.mutate(undefined);
        }}
      >
        {working.isError && <Feil error={working.error} />}
        {deleting ? (
          <>
            <Paragraph>{f.slettTekst}</Paragraph>
            <Paragraph>
              <strong>{tekster.kanIkkeAngres}</strong>
            </Paragraph>
            <Textfield label={tekster.skrivNavnet(one.navn)} autoComplete="off" value={text} error={told && !right ? tekster.skrivNavnetFeil : undefined} onChange={({ target }) => { setText(target.value); }} />
          </>
        ) : (
          <Paragraph>{f.fjernTekst(one.navn, tekster.undertjenester[sted]!)}</Paragraph>
        )}
      </Dialogboks>
    </Del>
  );
}

function Del({ tittel, children }: { readonly tittel: string; readonly children: ReactNode }) {
  const heading = useId();
  return (
    <Card data-color="neutral" className="kort" asChild>
      <section aria-labelledby={heading}>
        <Heading level={2} data-size="xs" id={heading}>
          {tittel}
        </Heading>
        {children}
      </section>
    </Card>
  );
}
