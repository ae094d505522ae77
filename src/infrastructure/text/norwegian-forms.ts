const forms = (table: string): [string, string][] =>
  table.trim().split('\n').flatMap((line) => {
    const [regular, ...others] = line.trim().split(' ');
    return others.map((form): [string, string] => [form, regular!]);
  });

/** Irregular forms of words that people use with a kommune, and the form whose regular inflections they stand for. */
export const irregularForms: ReadonlyMap<string, string> = new Map(
  forms(`
    bok bøker bøkene bøkar bøkane bøkers
    far fedre fedrene fedrar
    mor mødre mødrene mødrer
    bror brødre brødrene brør brørne
    datter døtre døtrene dotter døtrer
    mann menn mennene menner
    hånd hender hendene hand handa hånda
    åpen åpent åpne
    natt netter nettene
    rot røtter røttene
    bonde bønder bøndene
    fot føtter føttene
    tre trær trærne treet trea
    kne knær knærne kneet
    øye øyne øynene auge auga augene
    klede klær klærne klede kleda
    gås gjess gjessene
    ku kyr kyrne kua kyrene
    ny nytt nye nyere nyeste
    fri fritt frie
    grå grått gråe
    blå blått blåe
    god godt gode
    stor stort store
    grønn grønt grønne
    kjenn kjent kjente kjenning kjenningen kjenninger kjenninga
    betal betaling betalingen betalinger betalinga betalingene betalingar
    stille stilt stilte
    kjøp kjøpt kjøpte
    søk søkt søkte søkje søkjer søknad søknaden søknader søknadene søknadar søknadane
    bygg bygd bygde
    født fødte
    barn born borna barna
    vei veg vegen vegar vegane veger vegene
  `),
);

/** Words with an ending that is none, and would make them the same as another word without it. */
export const unchanged: ReadonlySet<string> = new Set('hundre andre eldre bedre under etter over uten inne alle aften ferie'.split(' '));

/** Parts of words in nynorsk, and the same in bokmål: `sjukeheim` → `sykehjem`, `bustøtte` → `bostøtte`. */
export const nynorskParts: readonly (readonly [RegExp, string])[] = [
  [/sjuk/, 'syk'],
  [/heime(?=\p{L})/u, 'hjemme'],
  [/heim(?!s?dal)/, 'hjem'],
  [/skul(?=$|e|a)/, 'skol'],
  [/(?<!j)tenest/, 'tjenest'],
  [/eigedom/, 'eiendom'],
  [/eigar/, 'eier'],
  [/leigar/, 'leier'],
  [/leige/, 'leie'],
  [/bustøtt/, 'bostøtt'],
  [/bustad/, 'bolig'],
  [/(?<!k)vatn/, 'vann'],
  [/laup/, 'løp'],
  [/byggje/, 'bygge'],
  [/byggj/, 'bygg'],
  [/rekneskap/, 'regnskap'],
  [/rekning/, 'regning'],
  [/høyring/, 'høring'],
  [/tilskot/, 'tilskudd'],
  [/innbyggjar/, 'innbygger'],
  [/leiar/, 'leder'],
  [/mjølk/, 'melk'],
  [/kyrkj/, 'kirk'],
  [/verksemd/, 'virksomhet'],
  [/vidare/, 'videre'],
  [/åande/, 'ående'],
  [/^framlegg/, 'fremlegg'],
  [/utval(?=$|et|a$)/, 'utvalg'],
  [/tryggleik/, 'trygghet'],
  [/leike(?=plass)/, 'leke'],
  [/(?<=\p{L}{2})vegen$/u, 'veien'],
  [/(?<=\p{L}{3})veg$/u, 'vei'],
  [/^veg(?=\p{L}{4})(?!g)/u, 'vei'],
];

/** Stop words of bokmål and nynorsk, which are ignored in a search term that has other words. No other word has one as its stem. */
export const stopWords: ReadonlySet<string> = new Set(
  (
    'og i på til for med av om en et ei den det de som er å fra ved eller at ' +
    'ein eit dei frå hjå hos han hun ho vi me eg jeg du meg deg seg oss dere dykk sin sitt si sine min mitt mi mine din ditt dine ' +
    'var har hadde ble blei blir vart vert kan skal vil må så men når då da hva kva hvem kven hvor kor hvordan korleis hvorfor kvifor ' +
    'dette denne disse desse der her um'
  ).split(' '),
);
