import { z } from 'zod';
import { variables } from '../src/config.ts';
import { writeOrCheck } from './generated-file.ts';

interface Variable {
  name: string;
  description: string;
  fallback: string;
}

const properties = z.toJSONSchema(z.object(variables), { io: 'input', unrepresentable: 'any' }).properties ?? {};

const documented: Variable[] = Object.entries(properties).map(([name, property]) => {
  if (typeof property === 'boolean' || !property.description) throw new Error(`${name} has no description`);
  const value = property.default ?? '';
  return { name, description: property.description, fallback: Array.isArray(value) ? value.join(',') : String(value) };
});

const example = documented.map(({ name, description, fallback }) => `# ${description}\n${name}=${fallback}\n`);
writeOrCheck(
  new URL('../.env.example', import.meta.url),
  `# Every variable Vitrine reads, with its default. An empty value counts as unset.\n# Generated from src/config.ts by \`npm run config\`. Copy it to .env and change what you need.\n\n${example.join('\n')}`,
  'npm run config',
);

const rows = documented.map(
  ({ name, description, fallback }) =>
    `| \`${name}\` | ${fallback && `\`${fallback}\``} | ${description.replaceAll('|', '\\|')} |`,
);
writeOrCheck(
  new URL('../docs/configuration.md', import.meta.url),
  `<!-- Generated from src/config.ts by \`npm run config\`. Do not edit. -->\n\n# Configuration\n\nVitrine reads environment variables, and a \`.env\` file in the folder it is started from. An empty value counts as\nunset. Everything that is wrong is reported at once, before anything starts.\n\n| Variable | Default | Meaning |\n|---|---|---|\n${rows.join('\n')}\n\nThe command line and the example client read two more: \`VITRINE_URL\`, the address of the server to ask, and\n\`VITRINE_API_KEY\`, the key to show it (the command line alone).\n`,
  'npm run config',
);
