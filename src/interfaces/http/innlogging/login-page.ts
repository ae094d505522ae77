import type { LoginFault } from '../../../application/innlogging/person-login.js';

const escape = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** The status of each fault of a login, and what a person reads of it. */
const told: Readonly<Record<Exclude<LoginFault, 'AVBRUTT'>, readonly [status: number, title: string, text: string]>> = {
  IKKE_SATT_OPP: [503, 'Innloggingen er ikke satt opp', 'Du kan ikke logge inn på denne måten her.'],
  SVARER_IKKE: [503, 'Innloggingen svarer ikke', 'Du er ikke logget inn, fordi innloggingstjenesten ikke svarer akkurat nå. Vent litt, og prøv igjen.'],
  IKKE_BEGYNT: [503, 'Innloggingen virker ikke', 'Du er ikke logget inn, fordi innloggingstjenesten ikke tok imot forespørselen fra oss. Det er feil hos oss, og ikke noe du har gjort. Vent litt, og prøv igjen.'],
  UKJENT_INNLOGGING: [400, 'Innloggingen ble ikke fullført', 'Det kan ha gått for lang tid, eller du kan ha begynt å logge inn i en annen fane. Du er ikke logget inn. Prøv igjen.'],
  AVVIST: [403, 'Vi kunne ikke logge deg inn', 'Svaret fra innloggingstjenesten kan ikke brukes her. Det kan være at du logget inn på et for lavt sikkerhetsnivå. Prøv igjen.'],
};

/** The page that a person reads when a login came to nothing. @param again the address at which she may try again. */
export function loginFailedPage(fault: keyof typeof told, again: string): { readonly status: number; readonly html: string } {
  const [status, title, text] = told[fault];
  const html = `<!doctype html>
<html lang="nb">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} – Min kommune</title>
<style>body{font:1.1rem/1.6 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}a{color:#14417b}a.igjen{display:inline-block;padding:.6rem 1.2rem;border-radius:.3rem;background:#14417b;color:#fff}a:focus-visible{outline:3px solid #e07b00;outline-offset:3px}</style>
<main>
<h1>${title}</h1>
<p>${text}</p>
<p><a class="igjen" href="${escape(again)}">Prøv igjen</a></p>
<p><a href="/">Til forsiden</a></p>
</main>
</html>`;
  return { status, html };
}
