import { builder } from './builder.ts';
import './scalars.ts';
import './errors.ts';
import './product.ts';
import './search.ts';
import './similar.ts';
import './suggest.ts';
import './indexing.ts';
import './health.ts';
import './stats.ts';

/** The executable schema, ready for Yoga; `schema.graphql` is printed from it. */
export const schema = builder.toSchema({ sortSchema: false });
