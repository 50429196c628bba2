import type { GraphiQLOptions } from 'graphql-yoga';

/**
 * GraphiQL animates its tabs into place, and a tab that is pressed jumps back to where its animation began: the first
 * click on each lands beside it.
 */
const STEADY_TABS = '<style>.graphiql-tab { transform: none !important; }</style>';

/**
 * GraphiQL looks for the tab that it left by what the editors held, which it only stores once somebody has typed; until
 * then a reload ends in another, empty tab (graphiql #4435). A browser that keeps nothing has no tab to come back to.
 */
const SAME_TAB = `<script>
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState'));
    const { query, variables, headers } = tabs[activeTabIndex];
    for (const [name, value] of Object.entries({ query, variables, headers })) {
      localStorage.setItem('graphiql:' + name, value ?? '');
    }
  } catch {}
</script>`;

/**
 * Opens an operation that a link hands over, `/graphql#operation={"query":…,"variables":…}` (percent-encoded), in a tab of
 * its own in front of those that were there. It stands behind the # since that is sent nowhere: a photo may be in it.
 */
function openLinkedOperation(tabs: GraphiQLOptions['defaultTabs']): string {
  const ready = JSON.stringify(tabs ?? []).replaceAll('<', '\\u003c');
  return `<script>
  try {
    const operation = /^#operation=(.+)$/.exec(location.hash)?.[1];
    if (operation) {
      const { query, variables } = JSON.parse(decodeURIComponent(operation));
      history.replaceState(null, '', location.pathname);
      const toTab = ({ query, variables }) => ({
        id: crypto.getRandomValues(new Uint32Array(4)).join('-'),
        hash: null,
        title: /\\b(?:query|mutation)\\s+(\\w+)/.exec(query)?.[1] ?? '<untitled>',
        query,
        variables: variables ?? null,
        headers: null,
        operationName: null,
        response: null,
      });
      const kept = JSON.parse(localStorage.getItem('graphiql:tabState'))?.tabs ?? ${ready}.map(toTab);
      const linked = toTab({ query, variables: JSON.stringify(variables ?? {}, null, 2) });
      localStorage.setItem('graphiql:tabState', JSON.stringify({ tabs: [linked, ...kept], activeTabIndex: 0 }));
    }
  } catch {}
</script>`;
}

/** The page of GraphiQL, whole: it asks no other host for anything. Its megabytes are loaded for the first one who asks. */
export async function renderGraphiqlPage(options: GraphiQLOptions): Promise<string> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const scripts = `${STEADY_TABS}${openLinkedOperation(options.defaultTabs)}${SAME_TAB}`;
  return renderGraphiQL(options).replace('</head>', () => `${scripts}</head>`);
}

const EDGES = `edges {
      score
      similarity
      node {
        id
        name
        price
        currency
        imageUrl
      }
    }`;

/**
 * The tabs a newcomer finds in GraphiQL: each runs as it stands on the demo catalogue. Their lines have at most 50
 * characters, which is what a window of 1280 pixels shows.
 */
export function graphiqlOptions(publicUrl: string): GraphiQLOptions {
  const image = (id: string) => `${publicUrl}/demo/images/${id}.png`;
  return {
    title: 'Vitrine',
    defaultTabs: [
      tab(`# What a customer types. What the images show and
# what the texts say make one ranking (HYBRID).
query SearchByText {
  searchProducts(
    query: { text: "red dress" }
    first: 5
  ) {
    matchCount
    totalCount
    ${EDGES}
    timing {
      embed
      search
      total
    }
  }
}`),
      tab(
        `# An image: what looks like it. Its URL is below.
query SearchByImage($url: URL!) {
  searchProducts(
    query: { imageUrl: $url }
    first: 5
  ) {
    ${EDGES}
    timing {
      fetch
      embed
      search
    }
  }
}`,
        { url: image('sku-0105') },
      ),
      tab(
        `# Words within limits. Variables are below; all
# conditions of a filter must hold.
query SearchWithFilters(
  $query: SearchInput!
  $filter: ProductFilter
) {
  searchProducts(
    query: $query
    filter: $filter
    first: 5
  ) {
    totalCount
    ${EDGES}
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}`,
        {
          query: { text: 'comfortable shoes' },
          filter: {
            categories: ['shoes'],
            price: { min: 20, max: 80 },
            inStock: true,
            attributes: [{ name: 'color', anyOf: ['black', 'white', 'brown'] }],
          },
        },
      ),
      tab(
        `# More like this: for the page of a product. A
# cursor of these goes on in searchProducts, with
# the same productId.
query Similar($id: ID!) {
  product(id: $id) {
    name
    imageUrl
    similar(first: 6) {
      cursor
      similarity
      node {
        id
        name
        imageUrl
      }
    }
  }
}`,
        { id: 'sku-0105' },
      ),
      tab(
        `# A category page: no query, only a filter. Each
# facet leaves out its own condition, so that who
# chose red still sees how many are blue.
query Facets($filter: ProductFilter) {
  searchProducts(
    filter: $filter
    sort: PRICE_ASC
    first: 5
  ) {
    matchCount
    facets(
      names: ["color", "kind", "price"]
      maxBuckets: 8
    ) {
      name
      buckets {
        value
        count
        selected
      }
      otherCount
    }
    nodes {
      name
      price
      currency
    }
  }
}`,
        {
          filter: {
            categories: ['shoes'],
            attributes: [{ name: 'color', anyOf: ['red'] }],
          },
        },
      ),
      tab(`# While somebody types: how to go on, how many
# products have all of these words, and which.
query Suggestions {
  suggest(prefix: "red s") {
    queries {
      text
      matchCount
    }
    products {
      name
      imageUrl
    }
    categories {
      category
      count
    }
  }
}`),
      tab(
        `# Adds or replaces a product; its image is fetched
# and embedded before this returns.
mutation IndexProduct($input: ProductInput!) {
  indexProduct(input: $input) {
    id
    name
    indexedAt
  }
}`,
        {
          input: {
            id: 'my-first-product',
            name: 'My first product',
            category: 'clothing',
            price: 19.9,
            imageUrl: image('sku-0001'),
            attributes: [{ name: 'color', value: 'red' }],
          },
        },
      ),
      tab(`# How the server and its parts do, right now.
query Health {
  health {
    status
    version
    uptimeSeconds
    model {
      id
      dimension
      imageSize
      dtype
      bundled
    }
    components {
      component
      status
      backend
      latencyMs
      message
    }
  }
}`),
      tab(`# What the collection holds.
query Stats {
  collectionStats {
    name
    backend
    productCount
    model
    dimension
    categories {
      category
      count
    }
    priceMin
    priceMax
  }
}`),
    ],
  };
}

function tab(query: string, variables?: object) {
  return { query, ...(variables && { variables: JSON.stringify(variables, null, 2) }) };
}
