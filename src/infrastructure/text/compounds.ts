import { norwegianStem } from './norwegian-stem.js';

/**
 * The parts that compounds of a kommune are made of. A compound is split only when the list has all its parts, so that
 * `Storgata` has nothing to do with `gata`. A word that is in the list itself is split only into other words of it.
 */
const parts = `
  adresse aktivitet alarm aldershjem anlegg anmodning ansvar antenne arbeid areal arkiv attest
  avdeling avfall avgift avgjørelse avløp avlastning avregning avtale
  barnehage barnevern barnetrygd bad behandling bevilling betaling bibliotek bil bo bolig boplikt bostøtte brann brev bredbånd brensel brygge brøyting budsjett bygning bygg bygge båt båtplass
  deling demens dispensasjon dokument drift dugnad
  eiendom eie eier endring erklæring erstatning
  faktura familie feie feiing felling fest festekontrakt flytting folkehelse forbud fordeling forening foreldre forfall forhånd forhold forskrift forslag forvaltning fradeling fravær frist fritid fylke
  garasje gebyr gjeld gravplass grav grense grunn grunnskole gymsal
  hall havn heis helse helsestasjon hensyn hjelp hjelpemiddel hjemme hjemmel hund hus husholdning hytte høring
  idrett igangsetting informasjon innkalling innsigelse innsyn innmelding institusjon integrering
  jakt jord juridisk
  kart karakter kai kirke klage kloakk kommune konferanse konsesjon kontor kontrakt kontroll kort krav kultur kulturskole kurs kveld
  ledning lege legevakt leie leke lekeplass lokal lokale lov lys lån lønn løype
  matrikkel medlem melding midler miljø minne moderasjon mottak musikk måling måler måke møte møtebok
  nabo natt naust nemnd nettverk norm nærings nøkkel
  offentlig omsorg omregulering oppgave oppmåling opphold opplæring oppsigelse ordning
  parkering pass pleie plan plass planlegging planforslag plassering plikt politi port portal post praksis pris protokoll prøve psykolog purring
  rapport refusjon regel register regulering rehabilitering renhold renovasjon rente reserve rett ressurs rive rydding råd rådmann rådgivning
  sak saksbehandler saksbehandling salg salt samling samtykke sammenslåing satsing seddel seksjon seksjonering selskap senter septik servering service sentral
  skade skatt skiltplan skilt skjema skjenke skjenkebevilling skogbruk skole skolefritid skolerute skoleskyss skyss skyting slam sluk sommer snø sone sosial sosialhjelp spesialundervisning sport stasjon stat stell stilling stipend stønad støtte støy styre støtte strøm strand svømme sykehjem syke søknad søppel
  tak takst tank teknisk telefon tildeling tillatelse tilbud tilskudd tilsyn tiltak tilknytning tilrettelegging time tjeneste tobakk tomt torg trafikk trafikksikkerhet transport tre trinn trygd trygghet tur turløype tur tømming
  ungdom ungdomsskole undervisning unntak utbygging utleie utslipp utvalg utvikling utredning
  vakt valg vann vannmåler varmepumpe varsel vedlegg vedtak vedtekt vei velferd vern vernet vigsel vinter vurdering voksen voksenopplæring
  økonomi ønske år årsavgift årsregnskap
`.trim().split(/\s+/);

/** Words that come first in compounds in a form of their own. */
const firsts = 'barne eiendoms bygge feie leke måke rive skjenke svømme hjemme leie eie pleie helse lege melde søke kjøre'.split(' ');

const known: ReadonlySet<string> = new Set(parts);
const knownStems: ReadonlySet<string> = new Set(parts.map(norwegianStem));
const firstForms: ReadonlySet<string> = new Set([...parts, ...firsts]);
const shortest = 3;

/**
 * The parts of a compound, such as `eiendom` and `skatt` of `eiendomsskatter`, by their stems. Empty for another word.
 * The fewest parts are found, because the longest first part is tried first.
 */
export function partsOf(word: string): readonly string[] {
  return split(word, 0) ?? [];
}

function split(word: string, depth: number): readonly string[] | undefined {
  if (depth > 3) return undefined;
  for (let at = word.length - shortest; at >= shortest; at--) {
    const first = word.slice(0, at);
    if (!firstForms.has(first)) continue;
    for (const rest of [word.slice(at), ...(/^[se]/.test(word.slice(at)) ? [word.slice(at + 1)] : [])]) {
      if (rest.length < shortest) continue;
      const others = isKnown(rest) ? [norwegianStem(rest)] : split(rest, depth + 1);
      if (others) return [norwegianStem(first), ...others];
    }
  }
  return undefined;
}

const isKnown = (word: string): boolean => known.has(word) || knownStems.has(norwegianStem(word));

/** The stems of the compound that two words make which stand beside each other: `byggesak` of `bygge sak`. Empty for other words. */
export function joined(first: string, second: string): readonly string[] {
  const bare = first.endsWith('s') && firstForms.has(first.slice(0, -1)) ? first.slice(0, -1) : first;
  if (!firstForms.has(bare) || !isKnown(second)) return [];
  return [bare + second, `${bare}s${second}`].map(norwegianStem);
}
