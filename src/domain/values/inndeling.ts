import type { Organisasjonsnummer } from './organisasjonsnummer.js';

// The kommuner and fylker of Norway since 2024-01-01 (SSB Klass 131 and 104, Enhetsregisteret). A reform changes these tables.

/** The kommuner of each fylke: the last two digits of each kommunenummer. */
const kommuner: Readonly<Record<string, string>> = {
  '03': '01',
  '11': '01 03 06 08 11 12 14 19 20 21 22 24 27 30 33 34 35 44 45 46 49 51 60',
  '15': '05 06 08 11 14 15 16 17 20 25 28 31 32 35 39 47 54 57 60 63 66 73 76 77 78 79 80',
  '18': '04 06 11 12 13 15 16 18 20 22 24 25 26 27 28 32 33 34 35 36 37 38 39 40 41 45 48 51 53 56 57 59 60 65 66 67 68 70 71 74 75',
  '31': '01 03 05 07 10 12 14 16 18 20 22 24',
  '32': '01 03 05 07 09 12 14 16 18 20 22 24 26 28 30 32 34 36 38 40 42',
  '33': '01 03 05 10 12 14 16 18 20 22 24 26 28 30 32 34 36 38',
  '34': '01 03 05 07 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 46 47 48 49 50 51 52 53 54',
  '39': '01 03 05 07 09 11',
  '40': '01 03 05 10 12 14 16 18 20 22 24 26 28 30 32 34 36',
  '42': '01 02 03 04 05 06 07 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28',
  '46': '01 02 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51',
  '50': '01 06 07 14 20 21 22 25 26 27 28 29 31 32 33 34 35 36 37 38 41 42 43 44 45 46 47 49 52 53 54 55 56 57 58 59 60 61',
  '55': '01 03 10 12 14 16 18 20 22 24 26 28 30 32 34 36 38 40 42 44 46',
  '56': '01 03 05 07 10 12 14 16 18 20 22 24 26 28 30 32 34 36',
};

/** The orgnr of each fylkeskommune. Oslo kommune is both. */
const fylkeskommuner: Readonly<Record<string, string>> = {
  '03': '958935420',
  '11': '971045698',
  '15': '944183779',
  '18': '964982953',
  '31': '930580694',
  '32': '930580783',
  '33': '930580260',
  '34': '920717152',
  '39': '929882385',
  '40': '929882989',
  '42': '921707134',
  '46': '821311632',
  '50': '817920632',
  '55': '930068128',
  '56': '830090282',
};

/**
 * The numbers of 2020–2023 that one kommune of today had, as `<old>><new>`, by the fylke of both. Ålesund (1507) is not here, because
 * it was split.
 */
const renumbered: Readonly<Record<string, string>> = {
  '30>31': '01>01 02>03 03>05 04>07 11>10 12>24 13>22 14>18 15>16 16>20 17>12 18>14',
  '30>33': '05>01 06>03 07>05 38>10 39>20 40>22 41>24 42>26 43>28 44>30 45>32 46>18 47>16 48>14 49>12 50>34 51>36 52>38',
  '30>32': '19>16 20>07 21>18 22>14 23>12 24>01 25>03 26>26 27>24 28>20 29>22 30>05 31>32 32>30 33>09 34>28 35>40 36>38 37>42 53>36 54>34',
  '38>39': '01>01 02>03 03>05 04>07 05>09 11>11',
  '38>40': '06>01 07>03 08>05 12>10 13>12 14>14 15>16 16>18 17>20 18>26 19>24 20>22 21>28 22>30 23>32 24>34 25>36',
  '54>55': '01>01 02>03 11>10 12>12 13>14 14>16 15>18 16>20 17>22 18>24 19>26 20>28 21>30 22>32 23>34 24>36 25>38 26>40 27>42 28>44 29>46',
  '54>56': '03>01 04>34 05>07 06>03 30>12 32>14 33>16 34>18 35>20 36>22 37>10 38>24 39>26 40>30 41>28 42>36 43>32 44>05',
};

const today: ReadonlySet<string> = new Set(Object.entries(kommuner).flatMap(([fylke, numbers]) => numbers.split(' ').map((number) => fylke + number)));
const todays: ReadonlyMap<string, string> = new Map(
  Object.entries(renumbered).flatMap(([fylker, pairs]) => {
    const [before, after] = fylker.split('>');
    return pairs.split(' ').map((pair): [string, string] => {
      const [old, now] = pair.split('>');
      return [`${before}${old}`, `${after}${now}`];
    });
  }),
);
const fylkesnumre = new Map(Object.entries(fylkeskommuner).map(([fylke, orgnr]) => [orgnr, fylke]));

/** Today's number of the kommune that has or had this number. Undefined when none of today's kommuner is meant by it alone. */
export const kommunenummerToday = (number: string): string | undefined => (today.has(number) ? number : todays.get(number));

/** The number of the fylke whose fylkeskommune has this orgnr. Undefined for other organisations. */
export const fylkesnummerOf = (orgnr: Organisasjonsnummer): string | undefined => fylkesnumre.get(orgnr);
