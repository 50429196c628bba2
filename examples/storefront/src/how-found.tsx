import { useState } from 'react';
import { stringifyDocument } from 'urql';
import { SearchQuery } from './operations.ts';
import { toDataUrl } from './photos.ts';
import type { Search } from './search.ts';
import type { SearchState } from './use-search-result.ts';

const ROWS = 8;
const PARTS = ['fetch', 'embed', 'search'] as const;

/** Whether the server has GraphiQL: it says so in the page. */
const hasGraphiql = () => document.documentElement.dataset.graphiql === 'on';

/** Opens what is behind a search: scores, similarities, what the time was spent on, the operation itself. */
export function HowFound({ search, result }: { search: Search; result: SearchState }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="how" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>How was this found?</summary>
      {isOpen && <Explanation search={search} result={result} />}
    </details>
  );
}

function Explanation({ search, result }: { search: Search; result: SearchState }) {
  const { found, variables, photo } = result;
  if (found === undefined) return null;
  const { timing, edges } = found;
  const operation = stringifyDocument(SearchQuery).replace(/^#.*\n/, '');
  const shown = photo ? { ...variables, query: { ...variables.query, image: '(the photo, as a file)' } } : variables;
  const open = async () => {
    const { image: _file, ...rest } = variables.query ?? {};
    const portable = photo ? { ...variables, query: { ...rest, imageUrl: await toDataUrl(photo) } } : variables;
    // Behind the #, which is not sent anywhere: a photo would be too long for an address.
    const handed = encodeURIComponent(JSON.stringify({ query: operation, variables: portable }));
    globalThis.open(`/graphql#operation=${handed}`, '_blank', 'noopener');
  };
  return (
    <div className="how-body">
      <div className="how-column">
        <h3>The best {Math.min(ROWS, edges.length)}</h3>
        <table>
          <thead>
            <tr>
              <th scope="col">Product</th>
              <th scope="col">Score</th>
              <th scope="col">Similarity</th>
            </tr>
          </thead>
          <tbody>
            {edges.slice(0, ROWS).map(({ node, score, similarity }) => (
              <tr key={node.id}>
                <th scope="row">{node.name}</th>
                <td>{score.toFixed(3)}</td>
                <td>{similarity?.toFixed(3) ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="quiet small">
          {search.text === '' ? 'Ranked by looks alone. ' : 'Ranked by words and by looks together. '}
          Similarity is the cosine of what is looked for and the picture; “–” where only words matched.
        </p>
        <h3>{timing.total.toFixed(1)} ms</h3>
        <dl className="timing">
          {PARTS.map((part) => (
            <div key={part}>
              <dt>{part}</dt>
              <dd>
                <meter min={0} max={Math.max(timing.total, 1)} value={timing[part]} aria-label={part} />
                {timing[part].toFixed(1)} ms
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <div className="how-column">
        <h3>The operation</h3>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <section className="how-code" tabIndex={0} aria-label="The GraphQL operation">
          <pre>{operation}</pre>
        </section>
        <h3>Its variables</h3>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <section className="how-code" tabIndex={0} aria-label="The variables">
          <pre>{JSON.stringify(shown, null, 2)}</pre>
        </section>
        {hasGraphiql() && (
          <button type="button" className="button" onClick={open}>
            Open in GraphiQL
          </button>
        )}
      </div>
    </div>
  );
}
