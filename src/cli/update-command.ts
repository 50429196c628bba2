import { type Command, Option } from 'commander';
import { COMMAND } from '../package-root.ts';
import { formatPrice } from '../terminal/format.ts';
import { connect } from './connect.ts';
import { updateProduct } from './operations.ts';
import {
  type ConnectionFlags,
  collectAttribute,
  type JsonFlag,
  numberBetween,
  type Runner,
  readConfig,
  withConnection,
  withJson,
} from './options.ts';
import { print, printJson } from './output.ts';

interface UpdateFlags extends ConnectionFlags, JsonFlag {
  name?: string;
  description?: string;
  category?: string;
  price?: number;
  currency?: string;
  stock?: 'yes' | 'no';
  attribute?: ReadonlyMap<string, readonly string[]>;
  imageUrl?: string;
}

const ABOUT = `
What is not named stays as it is. Only a new image is fetched and embedded.

Examples:
  $ ${COMMAND} update sku-0001 --price 9.90
  $ ${COMMAND} update sku-0001 --stock no --attribute color=red`;

/** Adds `vitrine update`, which changes one product. */
export function addUpdateCommand(program: Command, run: Runner): void {
  const command = program
    .command('update')
    .description('change the price, the stock or the words of a product')
    .argument('<id>', 'id of the product')
    .option('--name <name>', 'its new name')
    .option('--description <text>', 'its new longer text')
    .option('--category <category>', 'the category it is in now')
    .option('--price <price>', 'its new price', numberBetween(0, Number.POSITIVE_INFINITY))
    .option('--currency <code>', 'the currency of its price, such as EUR')
    .addOption(new Option('--stock <yes|no>', 'whether it can be bought now').choices(['yes', 'no']))
    .option('--attribute <name=value>', 'an attribute; those that are named replace all it had', collectAttribute)
    .option('--image-url <url>', 'its new image');
  withConnection(withJson(command))
    .addHelpText('after', ABOUT)
    .action((id: string, flags: UpdateFlags) =>
      run(async () => {
        const { name, description, category, price, currency, stock, imageUrl, attribute } = flags;
        const attributes =
          attribute && Array.from(attribute, ([of, values]) => values.map((value) => ({ name: of, value }))).flat();
        const inStock = stock && stock === 'yes';
        await using connection = await connect(readConfig(), flags);
        const patch = { name, description, category, price, currency, inStock, attributes, imageUrl };
        const product = await updateProduct(connection.client, id, patch);
        if (flags.json) printJson(product);
        else
          print(`${product.id}: ${product.name}, ${formatPrice(product.price, product.currency)}${soldOut(product)}`);
        return 0;
      }),
    );
}

function soldOut({ inStock }: { inStock: boolean }): string {
  return inStock ? '' : ', sold out';
}
