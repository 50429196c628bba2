import { useLayoutEffect, useRef, useState } from 'react';
import { useQuery } from 'urql';
import { formatPrice, imageSource, toLabel } from './format.ts';
import type { ProductQuery as ProductResult } from './gql/graphql.ts';
import { Icon } from './icons.tsx';
import { go } from './navigation.ts';
import { ProductQuery } from './operations.ts';
import { searchByProduct } from './photo-search.ts';
import { ProductCard } from './product-card.tsx';

type Product = NonNullable<ProductResult['product']>;

/** A product with all about it and what looks like it, in a panel over the list, which stays where it is. */
export function ProductPanel({ id }: { id: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [{ data, fetching, error }, execute] = useQuery({ query: ProductQuery, variables: { id } });
  // Closed before it leaves the page, so that the focus goes back to where it was.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const close = () => go({ product: undefined });
  const product = data?.product;
  return (
    <dialog
      ref={dialog}
      className="panel"
      aria-label={product?.name ?? 'Product'}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      closedby="any"
    >
      <div className="panel-body">
        <button type="button" className="icon-button panel-close" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
        {product && <Details product={product} />}
        {!product && fetching && <div className="skeleton panel-skeleton" />}
        {!product && !fetching && (
          <section className="state" role="alert">
            <h2>{error ? 'The product could not be loaded' : 'This product is gone'}</h2>
            <div className="row">
              {error && (
                <button type="button" className="button" onClick={() => execute({ requestPolicy: 'network-only' })}>
                  Try again
                </button>
              )}
              <button type="button" className="button button-plain" onClick={close}>
                Back to the products
              </button>
            </div>
          </section>
        )}
      </div>
    </dialog>
  );
}

function Details({ product }: { product: Product }) {
  const images = [product.imageUrl, ...product.additionalImageUrls];
  const [shown, setShown] = useState(0);
  return (
    <>
      <div className="panel-top">
        <div>
          <span className="tile">
            <img src={imageSource(images[shown] ?? product.imageUrl)} alt={product.name} width="512" height="512" />
          </span>
          {images.length > 1 && (
            <div className="row thumbs">
              {images.map((url, index) => (
                <button
                  key={url}
                  type="button"
                  aria-label={`Image ${index + 1}`}
                  aria-pressed={index === shown}
                  onClick={() => setShown(index)}
                >
                  <img src={imageSource(url)} alt="" width="64" height="64" />
                </button>
              ))}
            </div>
          )}
        </div>
        <div className="panel-words">
          <p className="quiet">{toLabel(product.category)}</p>
          <h2>{product.name}</h2>
          <p className="panel-price">{formatPrice(product.price, product.currency)}</p>
          <p className={product.inStock ? 'stock' : 'stock stock-out'}>{product.inStock ? 'In stock' : 'Sold out'}</p>
          <p>{product.description}</p>
          <dl className="attributes">
            {product.attributes.map(({ name, value }) => (
              <div key={`${name} ${value}`}>
                <dt>{toLabel(name)}</dt>
                <dd>{toLabel(value)}</dd>
              </div>
            ))}
          </dl>
          <button type="button" className="button" onClick={() => searchByProduct(product.id)}>
            <Icon name="similar" /> All that looks like it
          </button>
        </div>
      </div>
      {product.similar.length > 0 && (
        <section aria-labelledby="similar-title">
          <h3 id="similar-title">Looks like it</h3>
          <ul className="grid grid-small">
            {product.similar.map((edge) => (
              <ProductCard key={edge.node.id} edge={edge} isFirst isByLooks />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
