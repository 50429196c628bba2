import type { LanguageTable } from './language-table.ts';
import { toPhrases } from './tokens.ts';

const words = (list: string): ReadonlySet<string> => new Set(list.split(/\s+/).filter(Boolean));
const phrases = (list: string) => toPhrases(list.split(',').map((phrase) => phrase.trim()));

const closers = words(`and or but with without in on for from to by at as if please that which who only also not no non
  except excluding priced costing available w`);

/** English. What could mean anything else is not in it: `pounds` weigh, `max 90` is a shoe, `sold out` a song. */
export const ENGLISH: LanguageTable = {
  currencies: words('$ € £ ¥ eur euro euros usd gbp dollar dollars chf bucks quid'),
  pricePrefixes: words('for at price prices priced pricing cost costs costing budget of'),
  pricePrefixesAlone: words('price prices priced pricing cost costs costing budget'),
  cues: [
    {
      phrases: phrases('under, below, less than, lower than, cheaper than, <'),
      bound: 'max',
      least: 0,
      beforeValues: true,
      takesYears: true,
    },
    {
      phrases: phrases('up to, upto, at most, no more than, not more than, not over, no higher than, < ='),
      bound: 'max',
      least: 10,
      beforeValues: false,
      takesYears: true,
    },
    {
      phrases: phrases('more expensive than, pricier than, dearer than'),
      bound: 'min',
      least: 0,
      beforeValues: false,
      takesYears: true,
    },
    {
      phrases: phrases('over, above, more than, higher than, at least, no less than, not less than, not under, >, > ='),
      bound: 'min',
      least: 20,
      beforeValues: false,
      takesYears: false,
    },
    {
      phrases: phrases('from, starting at, starting from'),
      bound: 'min',
      least: 10,
      beforeValues: false,
      takesYears: false,
    },
    {
      phrases: phrases('max, maximum, not exceeding'),
      bound: 'max',
      least: Number.POSITIVE_INFINITY,
      beforeValues: false,
      takesYears: true,
    },
    {
      phrases: phrases('min, minimum'),
      bound: 'min',
      least: Number.POSITIVE_INFINITY,
      beforeValues: false,
      takesYears: true,
    },
  ],
  between: phrases('between'),
  from: phrases('from'),
  and: words('and & to -'),
  to: words('to - – — until'),
  orLess: phrases('or less, or cheaper, or below, or under, and under, and below, max, maximum'),
  orMore: phrases('or more, or above, or over, and up, and over, and above, minimum'),
  units: words(`cm mm m km inch inches ft feet foot yd yards mile miles " ' ″ ′ ° % ‰ + / x × * ^ # k ml cl dl l liter
    liters litre litres gallon gallons g kg mg gram grams kilo kilos lb lbs pound pounds oz ounce ounces ton tons w watt
    watts kw kwh wh v volt volts a amp amps mah ah hz khz mhz ghz gb tb mb kb px mp dpi fps rpm psi bar mph kmh nm lumen
    lumens lm db percent pct degrees degree celsius fahrenheit second seconds sec secs minute minutes mins hour hours
    hr hrs day days week weeks month months year years yr yrs yo people person persons adults kids children men women
    players player guests seats seater piece pieces pc pcs pack packs set sets pair pairs item items page pages sheet
    sheets count ct carat carats karat karats kt calories kcal cal den denier tog gsm tc thread stars star reviews steps
    inch-wide st nd rd th s u c f and-a-half times`),
  inches: words('wide long tall high deep thick diagonal length width height screen'),
  notPricesBefore:
    words(`kids kid children child boys boy girls girl babies baby toddlers toddler teens adults people men
    women age ages aged size sizes waist bust hips chest cup weight height width length depth diameter temperature model
    type series version chapter number no nr eu uk us year years pack of resolution capacity volume power speed rated
    rating resistant resistance waterproof under over below above than least most max min to up about around`),
  notPriceRanges:
    words(`lens lenses zoom size sizes age ages aged year years month months old eu uk us waist bust height
    width length weight cup cm mm kg ml kids children baby toddler toddlers people persons players grade grades level
    model no nr page pages bpm hz spf sunscreen
    vitamin bra poster print frame table desk rug shoes shoe boots sneakers sandals jeans trousers pants socks set`),
  inStock: phrases(
    'in stock, on stock, not out of stock, not sold out, available now, currently available, available today',
  ),
  outOfStock: phrases('out of stock, not in stock, not available, currently unavailable'),
  available: phrases('available'),
  closers,
  negations: [
    {
      phrases: phrases('without, w / o, with no, but without'),
      takesWords: true,
      isContinuedByAnd: true,
      not: words('borders doubt compromise limits'),
    },
    {
      phrases: phrases('not, but not'),
      takesWords: true,
      isContinuedByAnd: false,
      not: words(`too very only just so sure quite always all yet even that really expensive cheap pricey bad new your my
        his her our their your's mine available needed required included`),
    },
    {
      phrases: phrases('no, but no'),
      takesWords: true,
      isContinuedByAnd: false,
      not: words(`show iron name names limit limits fear frills frill nonsense brainer one more less matter problem time way
        tie touch spill bake drip tears rinse slip skid sew pull stick crease wrinkle fade shed kill sweat bull bounds
        mess fuss knead worries boundaries longer man men smoking parking entry trespassing`),
    },
    {
      phrases: phrases('non, anything but, except, except for, excluding, other than'),
      takesWords: false,
      isContinuedByAnd: false,
      not: words('stick slip skid iron'),
    },
  ],
  fillers: words('any a an the in of made from for with out'),
  fillersOfValues: words('in of made from for with out'),
  or: words('or nor'),
  listAnd: words('and &'),
  notNegatedAfter:
    words(`me why if or whether do does did is are was were can could should will would may might have has
    had and-or`),
  notValuesAfter:
    words(`faux fake imitation artificial vegan synthetic pseudo simulated like anti semi almost off rose dark
    light pale royal baby sky burnt dusty hot neon deep bright non un eco ultra`),
  notValuesBefore: words(`look looks like style styled effect free imitation print printed inspired plated tone toned
    coloured colored finish type wash proof shaped flavour flavor flavoured flavored scented`),
  parts: words('with having featuring'),
  endsOfParts: words('in for from by under below over without not no available'),
  emptyValues: words('yes no true false none other others unknown new standard normal default na'),
  joints: words('and or but with in for at of by the a an that which are is only to , ; . : - – — & ( ) / +'),
  labels: {
    under: (max) => `under ${max}`,
    over: (min) => `from ${min}`,
    between: (min, max) => `${min} to ${max}`,
    not: (what) => `not ${what}`,
    inStock: 'in stock',
    outOfStock: 'out of stock',
  },
};
