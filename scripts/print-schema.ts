import { printSchema } from 'graphql';
import { schema } from '../src/schema/index.ts';
import { writeOrCheck } from './generated-file.ts';

const header = '# Generated from src/schema by `npm run schema`. Do not edit.\n\n';
writeOrCheck(new URL('../schema.graphql', import.meta.url), `${header}${printSchema(schema)}\n`, 'npm run schema');
