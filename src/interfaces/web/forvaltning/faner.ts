import type { Fane } from '../shell/organisasjonsmeny.js';
import { useTekster } from './tekster.js';

/** The tabs of Min kommune: Innsyn. */
export function useInnsynFaner(): readonly Fane[] {
  const f = useTekster().faner;
  return [
    { to: '/forvaltning/$org/innsyn', tekst: f.integrasjoner, exact: true },
    { to: '/forvaltning/$org/innsyn/tilgjengelige', tekst: f.tilgjengelige },
    { to: '/forvaltning/$org/innsyn/svarut', tekst: f.svarUt },
    { to: '/forvaltning/$org/innsyn/driftsmeldinger', tekst: f.driftsmeldinger },
    { to: '/forvaltning/$org/innsyn/tjenesteadministratorer', tekst: f.tjenesteadministratorer },
    { to: '/forvaltning/$org/innsyn/statistikk', tekst: f.statistikk },
  ];
}

/** The tabs of Kommunale tjenester. */
export function useTjenesterFaner(): readonly Fane[] {
  const f = useTekster().faner;
  return [
    { to: '/forvaltning/$org/kommunale-tjenester', tekst: f.tjenester, exact: true },
    { to: '/forvaltning/$org/kommunale-tjenester/tjenesteadministratorer', tekst: f.tjenesteadministratorer },
  ];
}

/** The tabs of Mine eiendommer. */
export function useEiendommerFaner(): readonly Fane[] {
  const f = useTekster().faner;
  return [
    { to: '/forvaltning/$org/mine-eiendommer', tekst: f.lenker, exact: true },
    { to: '/forvaltning/$org/mine-eiendommer/integrasjoner', tekst: f.integrasjoner },
    { to: '/forvaltning/$org/mine-eiendommer/tilgjengelige', tekst: f.tilgjengelige },
    { to: '/forvaltning/$org/mine-eiendommer/tjenesteadministratorer', tekst: f.tjenesteadministratorer },
  ];
}
