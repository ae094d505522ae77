import type { Porten } from '../../../application/innlogging/sessions.js';
import { guidedKommuner } from '../examples.js';
import { organisationNumbered } from '../organisasjoner.js';
import { exampleCitizens } from '../personas.js';

/** A person to log in as. */
interface Choice {
  /** The text of the persona. */
  readonly persona: string;
  readonly title: string;
  readonly about: string;
}

const citizens: readonly Choice[] = [
  { persona: 'innbygger:12818510088', title: exampleCitizens['12818510088']!, about: 'Har post, saker, fakturaer og eiendommer, og kan handle for Eksempel Havn AS' },
  { persona: 'innbygger:03867220088', title: exampleCitizens['03867220088']!, about: 'Har post og eiendommer' },
  { persona: 'innbygger:28929930039', title: exampleCitizens['28929930039']!, about: 'Kan handle for Eksempel Havn AS og Eksempel Velforening' },
  { persona: 'innbygger:12818510088:3', title: `${exampleCitizens['12818510088']!}, nivå 3`, about: 'Logget inn på et lavere sikkerhetsnivå: kan lese, men ikke endre' },
];
const offices: readonly (readonly [persona: string, title: string, about: string])[] = [
  ['administrator:NUMMER', 'Administrator', 'Setter opp alt for organisasjonen'],
  ['tjenesteadministrator:NUMMER:INNSYN', 'Tjenesteadministrator for Innsyn', 'Integrasjoner, SvarUt og driftsmeldinger'],
  ['tjenesteadministrator:NUMMER:KOMMUNALE_TJENESTER', 'Tjenesteadministrator for Kommunale tjenester', 'Lenker til tjenestene i kommunen'],
  ['tjenesteadministrator:NUMMER:MINE_EIENDOMMER', 'Tjenesteadministrator for Mine eiendommer', 'Lenker for eiendommer'],
  ['revisor:NUMMER', 'Revisor', 'Leser sporet, og endrer ingenting'],
];
const platform: Choice = { persona: 'plattform', title: 'Plattformen', about: 'Den som drifter tjenesten: registrerer organisasjoner' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const button = ({ persona, title, about }: Choice) =>
  `<li><button name="person" value="${escapeHtml(persona)}"><strong>${escapeHtml(title)}</strong><span>${escapeHtml(about)}</span></button></li>`;
const section = (heading: string, choices: readonly Choice[]) => `<section><h2>${escapeHtml(heading)}</h2><ul>${choices.map(button).join('')}</ul></section>`;

const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--quiet:#4a5563;--paper:#f5f6f8;--card:#fff;--line:#c9d0d9;--brand:#14417b;--warn:#fff4d6;--warn-ink:#4d3800}
@media (prefers-color-scheme:dark){:root{--ink:#f0f2f5;--quiet:#b6c0cc;--paper:#12161c;--card:#1c222b;--line:#3b4654;--brand:#9cc4f5;--warn:#3a2f10;--warn-ink:#ffe9ad}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.55 system-ui,sans-serif}
main{max-width:62rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .5rem}
h2{font-size:1.125rem;margin:2rem 0 .5rem}
p{max-width:44rem;margin:.5rem 0}
.notice{background:var(--warn);color:var(--warn-ink);border-radius:.5rem;padding:.75rem 1rem}
.error{border-left:.4rem solid #c0392b;padding:.5rem 1rem;background:var(--card)}
ul{list-style:none;margin:0;padding:0;display:grid;gap:.5rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr))}
button{font:inherit;color:inherit;cursor:pointer}
li button{display:flex;flex-direction:column;justify-content:flex-start;width:100%;height:100%;text-align:left;background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem}
li button:hover{border-color:var(--brand);box-shadow:0 0 0 1px var(--brand)}
li span{display:block;color:var(--quiet);font-size:.9375rem}
label{display:block;font-weight:600;margin-bottom:.25rem}
input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--quiet);border-radius:.35rem;padding:.55rem .75rem;width:min(100%,26rem)}
.own{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end}
.do{background:var(--brand);color:var(--card);border:0;border-radius:.35rem;padding:.6rem 1.2rem}
.quiet{background:none;border:0;color:var(--brand);text-decoration:underline;padding:.6rem 0}
:focus-visible{outline:3px solid #e07b00;outline-offset:2px}
code{background:var(--card);border:1px solid var(--line);border-radius:.25rem;padding:0 .3rem}`;

/** A page of the development issuers. `body` is HTML. */
export const page = (title: string, body: string, head = ''): string => `<!doctype html>
<html lang="nb">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title><style>${style}</style>${head}</head>
<body><main>${body}</main></body>
</html>`;

const names: Readonly<Record<Porten, string>> = { idporten: 'ID-porten', ansattporten: 'Ansattporten' };

/** The page that lists the persons to log in as. @param fault what was wrong with the text that was sent. */
export function chooserPage(porten: Porten, action: string, fault?: string): string {
  const kommuner = guidedKommuner.map((nummer) => {
    const { navn } = organisationNumbered(nummer)!;
    return section(`${navn} (${nummer})`, offices.map(([persona, title, about]) => ({ persona: persona.replace('NUMMER', nummer), title, about })));
  });
  const own = `<section><h2>En annen</h2>
<form method="post" action="${escapeHtml(action)}" class="own"><div><label for="person">Personen, slik «npm run token» skriver den</label><input id="person" name="person" required autocomplete="off" spellcheck="false" placeholder="administrator:1103" aria-describedby="hjelp"></div><button class="do">Logg inn</button></form>
<p id="hjelp">For eksempel <code>administrator:1103</code>, <code>revisor:46</code> eller <code>innbygger:</code> og et syntetisk fødselsnummer. <code>:3</code> bakerst gir nivå 3.</p></section>`;
  return page(
    `${names[porten]} (utvikling)`,
    `<h1>${names[porten]} for utvikling</h1>
<p>Hvem vil du logge inn som?</p>
<p class="notice">Alle her er oppdiktede. Dette er ikke den ekte innloggingen, og den kan ikke slås på i produksjon.</p>
${fault === undefined ? '' : `<div class="error" role="alert"><p>${escapeHtml(fault)}</p></div>`}
<form method="post" action="${escapeHtml(action)}">
${section('Innbyggere', citizens)}
${kommuner.join('\n')}
${section('Drift', [platform])}
<p><button class="quiet" name="avbryt" value="ja" formnovalidate>Avbryt innloggingen</button></p>
</form>
${own}`,
  );
}
