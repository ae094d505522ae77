/**
 * The service's sentences about errors in nynorsk, by their codes. The service answers in bokmål, and tells the same with each code.
 * `test/interfaces/web/nn-feil.spec.ts` holds that no code which the pages can meet is missing.
 */
export const feil: Readonly<Record<string, string>> = {
  // What somebody else has done meanwhile
  REVISJON_ENDRET: 'Nokon andre har endra dette i mellomtida. Hent det på nytt, og prøv igjen.',
  SAMTIDIGE_ENDRINGER: 'Mange endrar dette samtidig. Prøv igjen om litt.',
  TILGANG_ENDRET: 'Ein tilgang du vil behalde, er ikkje gitt lenger. Hent lista på nytt.',
  IKKE_FUNNET: 'Fann ikkje det du bad om, eller du har ikkje tilgang til det.',
  IKKE_FORSEGLET: 'Dette er ikkje forsegla enno. Nye hendingar blir forsegla litt etter at dei er lagra, og linjer i innsynsloggen neste dag.',
  IKKE_EKSISTERENDE_ELLER_IKKE_AUTORISERT: 'Fann ikkje det du bad om, eller du har ikkje tilgang til det.',
  SIGNERING_IKKE_FUNNET: 'Fann ikkje signeringa, eller ho er erstatta av ei nyare.',

  // Who may
  MANGLER_TILGANG: 'Du har ikkje tilgang til å gjere dette.',
  INNLOGGINGSNIVA_UTILSTREKKELIG: 'Dette krev at du loggar inn på eit høgare nivå. Logg inn på nytt.',
  KAN_IKKE_REPRESENTERE: 'Du har ikkje retten i Altinn som trengst for å handle for denne verksemda.',
  KUN_FOR_INNBYGGERE: 'Berre ein innbyggjar som er logga inn, kan søkje i Innsyn.',
  UTEN_OKT: 'Dette valet gjeld innlogginga i nettlesaren. Logg inn på nytt.',
  IKKE_AUTENTISERT: 'Du er ikkje logga inn.',
  FREMMED_SIDE: 'Førespurnaden kom ikkje frå ei av sidene våre, så innlogginga di gjeld ikkje for han.',

  // The agreement
  HOVEDAVTALE_MANGLER: 'Organisasjonen må ha hovudavtale før han kan ta Min kommune i bruk.',
  TJENESTE_IKKE_TILGJENGELIG: 'Berre kommunar og fylkeskommunar kan ta Min kommune i bruk.',
  TJENESTE_IKKE_TATT_I_BRUK: 'Ta Min kommune i bruk før tenestevedlegget blir signert.',
  TJENESTEVEDLEGG_ALLEREDE_SIGNERT: 'Gjeldande versjon av tenestevedlegget er signert frå før.',
  TJENESTEVEDLEGG_IKKE_SIGNERT: 'Tenestevedlegget må vere signert før undertenesta kan setjast opp.',
  TJENESTEVEDLEGG_OPPSAGT: 'Tenestevedlegget er sagt opp, og undertenestene er stengde. Dei opnar igjen når organisasjonen signerer på nytt.',
  AVTALE_OPPHORT: 'Avtalen er slutt. Organisasjonen kan signere på nytt.',
  SIGNERING_AVSLUTTET: 'Signeringa er avslutta. Start ei ny.',

  // Roles and tilganger
  SISTE_ADMINISTRATOR: 'Organisasjonen må ha minst éin administrator utan siste dag. Utnemn ein ny først.',
  REVISOR_IKKE_UAVHENGIG: 'Ein revisor kan ikkje ha andre roller i organisasjonen. Ta først bort rolla som personen har.',
  TILGANG_NEVNT_TO_GANGER: 'Ein tilgang er nemnd to gonger. Ta éi avgjerd om kvar.',
  TILGANG_PASSER_IKKE_AKTOR: 'Denne tilgangen kan ikkje givast til ein slik mottakar.',
  TILGANG_PASSER_IKKE_RESSURS: 'Ein revisor blir utnemnd for heile organisasjonen, ikkje for ei teneste.',
  TILGANG_PASSER_IKKE_UNDERTJENESTE: 'Denne tilgangen høyrer ikkje til undertenesta.',
  TILGANG_IKKE_FORESPURT: 'Ein global integrasjon får tilgangane han sjølv ber om.',
  UKJENT_PRIVILEGIUM: 'Tilgangen finst ikkje i katalogen over tilgangar for Min kommune.',
  UGYLDIG_FODSELSNUMMER: 'Fødselsnummeret eller d-nummeret er ikkje gyldig. Det skal ha elleve siffer, utan mellomrom.',
  FODSELSNUMMER_IKKE_TILLATT: 'Nummeret er eit testnummer eller hjelpenummer. Bruk eit fødselsnummer eller d-nummer.',
  FODSELSNUMMER_I_ADRESSE: 'Eit fødselsnummer eller d-nummer kan ikkje stå i adressa, fordi adresser hamnar i loggar.',
  UTLOP_PASSERT: 'Den siste dagen er passert. Vel dagen i dag eller ein seinare dag.',
  UGYLDIG_DATO: 'Datoen finst ikkje.',

  // Integrations
  INTEGRASJON_FINNES: 'Det finst ein slik integrasjon frå før.',
  INTEGRASJON_EIES_AV_ANDRE: 'Integrasjonen er eigd av ein annan organisasjon. Du kan kople han frå, men ikkje endre eller slette han.',
  INTEGRASJON_IKKE_TILKNYTTET: 'Legg til integrasjonen i undertenesta før du gir han tilgangar der.',
  INTEGRASJON_MANGLER: 'Innbyggjaren er logga inn gjennom eit system hos ei verksemd. Eit slikt system søkjer som ein integrasjon, med IntegrasjonId og IntegrasjonPassord, så innbyggjaren ser søket i innsynsloggen.',
  INTEGRASJON_PASSER_IKKE_UNDERTJENESTE: 'Integrasjonen er laga for ei anna underteneste, og kan ikkje leggjast til her.',
  IKKE_EN_UNDERTJENESTE: 'Integrasjonar blir lagde til og får tilgangar under ei underteneste.',
  PASSORD_ALLEREDE_VIST: 'Passordet er alt laga og vist éin gong. Lag eit nytt dersom det er borte.',
  KONTO_STYRES_I_SVARUT: 'Kontoane blir styrte i SvarUt. Her kan du berre velje om Innsyn skal vise posten frå dei.',
  UGYLDIG_ORGANISASJONSNUMMER: 'Organisasjonsnummeret er ikkje gyldig. Det skal ha ni siffer, til dømes 964338531.',
  UGYLDIG_INTEGRASJONSNAVN: 'Namnet må ha 1 til 200 teikn, og kan ikkje ha linjeskift eller usynlege teikn.',
  UGYLDIG_INTEGRASJONSBESKRIVELSE: 'Skildringa må ha 1 til 1000 teikn, og kan ikkje ha usynlege teikn.',

  // Links, tjenester and driftsmeldinger
  DRIFTSMELDING_FINNES: 'Det finst alt ei driftsmelding med denne id-en. Gi ho ein ny periode for å bruke ho igjen.',
  KOMMUNAL_TJENESTE_FINNES: 'Det finst alt ei kommunal teneste med denne id-en.',
  EIENDOMSLENKE_FINNES: 'Det finst alt ei eigedomslenkje med denne id-en.',
  UGYLDIG_DRIFTSMELDINGSTEKST: 'Meldingsteksten må ha 1 til 300 teikn, og kan ikkje ha linjeskift eller usynlege teikn.',
  UGYLDIG_TITTEL: 'Tittelen må ha 1 til 200 teikn, og kan ikkje ha linjeskift eller usynlege teikn.',
  UGYLDIG_LENKETEKST: 'Lenkjeteksten må ha 1 til 200 teikn, og kan ikkje ha linjeskift eller usynlege teikn.',
  LENKE_UTEN_TEKST: 'Ei lenkje må ha ein lenkjetekst, og ein lenkjetekst må ha ei lenkje.',
  LENKE_FOR_LANG: 'Lenkja kan ha høgst 2000 teikn.',
  LENKE_IKKE_HTTPS: 'Lenkja må byrje med https://.',
  LENKE_MED_BRUKERNAVN: 'Lenkja kan ikkje ha brukarnamn eller passord.',
  LENKE_MED_FODSELSNUMMER: 'Lenkja kan ikkje ha eit fødselsnummer, for det kan aldri slettast.',
  INNLOGGINGSADRESSE: 'Adressa gjeld berre medan innlogginga går føre seg. Bruk https://min.kommune.no i staden.',
  UGYLDIG_LENKE: 'Lenkja må vere ei full nettadresse utan mellomrom, til dømes https://www.kommune.no/side.',
  UKJENT_PLASSHOLDER: 'Lenkja har ein ukjend plasshaldar. Bruk verdiane du kan setje inn under feltet.',
  KLAMME_UTEN_MAKE: 'Lenkja har ein klamme utan make.',
  PLASSHOLDER_I_VERTSNAVN: 'Plasshaldarar kan berre stå etter domenenamnet i lenkja.',
  MATRIKKELENHETID_MANGLER: 'Lenkja treng id-en til matrikkeleininga for å kunne fyllast ut.',
  UGYLDIG_MATRIKKELENHETID: 'Id-en til matrikkeleininga må vere eit tal med høgst 19 siffer.',
  UGYLDIG_MATRIKKELNUMMER: 'Matrikkelnummeret er ikkje gyldig. Skriv det som i dømet.',
  EIENDOM_UTENFOR_OMRADET: 'Lenkja blir vist berre på eigedommar i organisasjonen sitt område. Bruk ein eigedom der.',
  UGYLDIG_TIDSPERIODE: 'Slutten på perioden må vere etter starten.',
  UGYLDIG_TIDSPUNKT: 'Tidspunktet er ikkje gyldig.',

  // The citizen's choices
  UKJENT_KOMMUNE: 'Kommunen finst ikkje her.',
  UGYLDIG_KOMMUNENUMMER: 'Kommunenummeret må ha fire siffer.',
  UTGATT_KOMMUNENUMMER: 'Ingen kommune har dette kommunenummeret i dag.',

  // Revisjon
  GJENNOMGANG_FINNES: 'Det finst alt ein gjennomgang med denne id-en. Ein gjennomgang kan ikkje endrast.',
  PERIODE_IKKE_OVER: 'Perioden må vere over før han kan gjennomgåast.',
  FOR_LANG_PERIODE: 'Perioden er for lang. Vel ein kortare.',
  FOR_LOGGENS_BEGYNNELSE: 'Organisasjonen har ingen hendingar så tidleg.',
  TIDSPUNKT_I_FREMTIDEN: 'Tidspunktet er i framtida.',
  UGYLDIG_POSISJON: 'Posisjonen må vere eit heilt tal.',
  UKJENT_POSISJON: 'Organisasjonen har inga hending på denne posisjonen.',
  HENDELSE_PASSER_IKKE: 'Ei hending passar ikkje etter dei som kom før ho, så det som kjem etter, kan ikkje visast.',
  BEVIS_NEVNER_ANDRE: 'Linja vart forsegla slik at beviset nemner andre organisasjonar, så det kan ikkje visast.',
  UGYLDIG_KONKLUSJON: 'Konklusjonen må ha 1 til 2000 teikn, utan fødselsnummer og usynlege teikn.',
  UGYLDIG_FUNNTEKST: 'Teksten om funnet må ha 1 til 1000 teikn, utan fødselsnummer og usynlege teikn.',

  // The form of a request
  UGYLDIG_FORESPORSEL: 'Det er feil i eitt eller fleire felt.',
  UGYLDIG_FELT: 'Feltet manglar, eller det er ikkje rett fylt ut.',
  UGYLDIG_TEGN: 'Feltet har teikn som ikkje kan lagrast.',
  UGYLDIG_UUID: 'Id-en er ikkje gyldig.',
  FOR_MANGE: 'Det er for mange på éin gong. Ta færre om gongen.',
  FOR_STOR: 'Førespurnaden er for stor.',
  TOK_FOR_LANG_TID: 'Førespurnaden tok for lang tid.',

  // A service that cannot answer now
  INTERN_FEIL: 'Noko gjekk gale hos oss. Oppgi referansen når du melder frå.',
  FOR_MANGE_FORSOK: 'For mange mislykka forsøk på å logge inn. Prøv igjen om litt.',
  FOR_MANGE_FORESPORSLER: 'For mange førespurnader. Prøv igjen om litt.',
  FOR_MANGE_STORE_FORESPORSLER: 'Fleire store førespurnader ventar alt. Prøv igjen om litt.',
  VISNING_BYGGES: 'Visinga blir bygd på nytt av loggen. Prøv igjen om litt.',
  VISNING_FORSINKET: 'Visinga er forseinka. Prøv igjen om litt.',
  SOKET_BRUKER_FOR_LANG_TID: 'Søket brukte for lang tid. Prøv med færre ord.',
  SOK_UTILGJENGELIG: 'Søket er ikkje tilgjengeleg akkurat no. Prøv igjen om litt.',
  UTSTEDER_UTILGJENGELIG: 'Innloggingstenesta svarer ikkje akkurat no. Prøv igjen om litt.',
  IKKE_SATT_OPP: 'Denne delen av tenesta er ikkje sett opp her.',
  REGISTER_UTILGJENGELIG: 'Eit register svarer ikkje akkurat no. Prøv igjen om litt.',
  LAGRING_UTILGJENGELIG: 'Lagringa svarer ikkje akkurat no. Endringa kan vere lagra. Sjå etter før du prøver igjen.',
  TJENESTEN_VENTER: 'Tenesta startar. Prøv igjen om litt.',
};
