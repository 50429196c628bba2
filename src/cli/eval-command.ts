import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { Config } from '../config.ts';
import { StartupError } from '../errors.ts';
import { DTYPES } from '../model/types.ts';
import { COMMAND } from '../package-root.ts';
import { differencesOf, evaluate, type JudgedQuery, qualityByKind } from '../services/eval/evaluation.ts';
import { type GradedQuery, parseGradedQueries } from '../services/eval/graded-queries.ts';
import { SEARCH_MODES } from '../services/search/search-request.ts';
import { type Column, formatTable } from '../terminal/table.ts';
import { type Connection, connect } from './connect.ts';
import { connectToCatalogue, type ModelChoice } from './eval-catalogue.ts';
import { INTERRUPTED, watchForInterrupt } from './interrupt.ts';
import { search } from './operations.ts';
import {
  type ConnectionFlags,
  type JsonFlag,
  numberBetween,
  type Runner,
  readConfig,
  withConnection,
  withJson,
  wordOption,
} from './options.ts';
import { print, printJson } from './output.ts';
import { toImageUrl } from './search-command.ts';

/** How to search; what is left out is as the server has it. */
interface Settings {
  mode?: string;
  semanticRatio?: number;
  textWeight?: number;
  minRelevance?: number;
  diversity?: number;
  understand?: boolean;
}

interface EvalFlags extends Settings, ConnectionFlags, JsonFlag {
  queries: string;
  catalogue?: string;
  against?: Settings & ModelChoice;
}

/** Products of each list that are judged: the reciprocal rank looks no further either. */
const DEPTH = 100;
/** Queries shown that got better, and as many that got worse. */
const MAX_SHOWN = 10;

const ABOUT = `
A line of the file is a query, and the ids of relevant products, graded from 1
(somewhat) to 3 (exactly). image (a file beside it, or a URL), exclude and
filter (as in the API) may stand there, too:
  {"text": "red dress", "kind": "colour", "relevant": {"a-1": 3, "a-2": 1}}

Examples:
  $ ${COMMAND} eval --queries queries.jsonl
  $ ${COMMAND} eval --queries queries.jsonl --against mode=vector
  $ ${COMMAND} eval --queries queries.jsonl --against semantic-ratio=0.6
  $ ${COMMAND} eval --queries queries.jsonl --against understand=true

With --catalogue the products of that file are indexed for the occasion, in a
temporary folder, and nothing that is stored is looked at. So two models can be
compared, each with the catalogue to itself; that takes as long as two imports:
  $ ${COMMAND} eval --queries queries.jsonl --catalogue products.jsonl \\
      --against model=Xenova/clip-vit-base-patch16
  $ ${COMMAND} eval --queries queries.jsonl --catalogue products.jsonl \\
      --against dtype=int8`;

/** Adds `vitrine eval`, which judges what searches find by graded queries. */
export function addEvalCommand(program: Command, run: Runner): void {
  const share = numberBetween(0, 1);
  const command = program
    .command('eval')
    .description('judge what searches find by graded queries, and compare two ways of searching')
    .requiredOption('--queries <file>', 'graded queries, JSON Lines')
    .addOption(wordOption('--mode <mode>', 'what to compare', SEARCH_MODES))
    .option('--semantic-ratio <share>', 'HYBRID: share of the vector list against the lexical one', share)
    .option('--text-weight <share>', 'share of the words when there is an image too', share)
    .option('--min-relevance <share>', 'drop what scores less than this share of the best', share)
    .option('--diversity <share>', 'how much variety counts against relevance', share)
    .option('--understand', 'read conditions from the texts')
    .option('--catalogue <file>', 'index this .jsonl or .csv file for it, in place of what is stored')
    .option(
      '--against <option=value>',
      'the other way: one of the six from mode to understand; with --catalogue also model or dtype',
      collectSetting,
    );
  withConnection(withJson(command))
    .addHelpText('after', ABOUT)
    .action((flags: EvalFlags) => run(() => runEval(flags)));
}

async function runEval(flags: EvalFlags): Promise<number> {
  const config = readConfig();
  const queries = parseGradedQueries(readFileSync(flags.queries, 'utf8'));
  // What is indexed for the occasion is to be taken away again.
  const stop = flags.catalogue === undefined ? undefined : watchForInterrupt();
  const open = chooseStore(config, flags, stop);
  const options = { folder: dirname(flags.queries), maxBytes: config.image.maxBytes };

  const judgeAll = (connection: Connection, settings: Settings) => {
    const { minRelevance, diversity, mode, semanticRatio, textWeight, understand } = settings;
    return evaluate(queries, async (query) => {
      stop?.throwIfAborted();
      const asked = { ...(await toQuery(query, options)), mode, semanticRatio, textWeight, understand };
      return rank(connection, { query: asked, filter: query.filter, minRelevance, diversity });
    });
  };
  /** Several ways of searching with one model; another one has its turn later, so that two need not fit into memory. */
  const judgeEach = async (model: ModelChoice, ways: readonly Settings[]) => {
    await using connection = await open(model);
    const judged: JudgedQuery[][] = [];
    for (const way of ways) judged.push(await judgeAll(connection, way));
    return judged;
  };
  try {
    const other = flags.against && { ...flags, ...flags.against };
    // The other model first: it is the one that may not be there.
    const [apart] = isOtherModel(other) ? await judgeEach(other, [other]) : [];
    const [judged = [], beside] = await judgeEach({}, other && !apart ? [flags, other] : [flags]);
    const against = apart ?? beside;
    if (flags.json) printJson(toReport(judged, against));
    else print(formatEvaluation(judged, against));
    return 0;
  } catch (error) {
    if (stop?.aborted && error === stop.reason) return INTERRUPTED;
    throw error;
  }
}

const isOtherModel = (choice: ModelChoice | undefined): choice is ModelChoice =>
  choice?.model !== undefined || choice?.dtype !== undefined;

/** What is judged: the store of the configuration, or a catalogue that is indexed for the occasion. */
function chooseStore(
  config: Config,
  flags: EvalFlags,
  stop: AbortSignal | undefined,
): (model: ModelChoice) => Promise<Connection> {
  const { catalogue, url, against } = flags;
  if (catalogue === undefined || stop === undefined) {
    if (!isOtherModel(against)) return () => connect(config, flags);
    throw new StartupError('Another model needs the products once more: name their file with --catalogue.');
  }
  if (url) throw new StartupError('A --catalogue is indexed in this process: leave out --url (and VITRINE_URL).');
  return (model) => connectToCatalogue(config, catalogue, model, stop);
}

async function rank(
  { client }: Connection,
  args: {
    query: Record<string, unknown>;
    filter: Record<string, unknown> | undefined;
    minRelevance?: number | undefined;
    diversity?: number | undefined;
  },
): Promise<string[]> {
  const { hits } = await search(client, { ...args, first: DEPTH });
  return hits.map(({ product }) => product.id);
}

async function toQuery(
  { text, image, exclude }: GradedQuery,
  { folder, maxBytes }: { folder: string; maxBytes: number },
) {
  if (image === undefined) return { text, exclude };
  const isUrl = /^(https?|data):/i.test(image);
  return { text, exclude, imageUrl: await toImageUrl(isUrl ? image : resolve(folder, image), maxBytes) };
}

/** A parser for `--against`, which can be given several times. */
function collectSetting(given: string, earlier: Settings & ModelChoice = {}): Settings & ModelChoice {
  const [name = '', value = ''] = given.split('=', 2).map((part) => part.trim());
  const share = numberBetween(0, 1);
  switch (name) {
    case 'mode': {
      const mode = SEARCH_MODES.find((known) => known === value.toUpperCase());
      if (mode === undefined) throw new InvalidArgumentError(`mode must be one of ${SEARCH_MODES.join(', ')}.`);
      return { ...earlier, mode };
    }
    case 'semantic-ratio':
      return { ...earlier, semanticRatio: share(value) };
    case 'text-weight':
      return { ...earlier, textWeight: share(value) };
    case 'min-relevance':
      return { ...earlier, minRelevance: share(value) };
    case 'diversity':
      return { ...earlier, diversity: share(value) };
    case 'understand':
      if (value !== 'true' && value !== 'false') throw new InvalidArgumentError('understand must be true or false.');
      return { ...earlier, understand: value === 'true' };
    case 'model':
      if (value === '') throw new InvalidArgumentError('model must be mini, a Hub id or a folder.');
      return { ...earlier, model: value };
    case 'dtype': {
      const dtype = DTYPES.find((known) => known === value);
      if (dtype === undefined) throw new InvalidArgumentError(`dtype must be one of ${DTYPES.join(', ')}.`);
      return { ...earlier, dtype };
    }
    default:
      throw new InvalidArgumentError('It must look like mode=vector or semantic-ratio=0.6.');
  }
}

function toReport(judged: readonly JudgedQuery[], against: readonly JudgedQuery[] | undefined) {
  return {
    kinds: qualityByKind(judged),
    ...(against && { against: { kinds: qualityByKind(against), ...differencesOf(judged, against) } }),
  };
}

const COLUMNS: readonly Column[] = [
  { title: 'Kind', align: 'left' },
  { title: 'Queries', align: 'right' },
  { title: 'recall@10', align: 'right' },
  { title: 'MRR', align: 'right' },
  { title: 'nDCG@10', align: 'right' },
];

/** A table by kind; with `against`, both figures side by side, and below it the queries that got better and worse. */
function formatEvaluation(judged: readonly JudgedQuery[], against?: readonly JudgedQuery[]): string {
  const others = against && qualityByKind(against);
  const rows = qualityByKind(judged).map(({ kind, queries, quality }, place) => {
    const other = others?.[place]?.quality;
    const figures = (['recallAt10', 'reciprocalRank', 'ndcgAt10'] as const).map((figure) =>
      [quality[figure], ...(other ? [other[figure]] : [])].map((value) => value.toFixed(3)).join(' -> '),
    );
    return [kind, String(queries), ...figures];
  });
  const table = formatTable(COLUMNS, rows, { colour: false });
  if (against === undefined) return table;
  const { better, worse } = differencesOf(judged, against);
  return [table, formatDifferences('better', better), formatDifferences('worse', worse)].join('\n\n');
}

function formatDifferences(title: string, all: ReturnType<typeof differencesOf>['better']): string {
  const shown = all.slice(0, MAX_SHOWN).map(({ query: { text, image, kind }, before, after }) => {
    const asked = [text, image].filter((part) => part !== undefined).join(' + ');
    return `  ${before.toFixed(3)} -> ${after.toFixed(3)}  ${asked} (${kind})`;
  });
  const more = all.length > shown.length ? [`  and ${all.length - shown.length} more`] : [];
  return [`${all.length} ${title}, by nDCG@10${shown.length > 0 ? ':' : ''}`, ...shown, ...more].join('\n');
}
