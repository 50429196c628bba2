import { memo } from 'react';
import { formatPrice, imageSource } from './format.ts';
import type { TileFragment } from './gql/graphql.ts';
import { Icon } from './icons.tsx';
import { go } from './navigation.ts';
import { searchByProduct } from './photo-search.ts';

interface ProductCardProps {
  edge: TileFragment;
  /** Whether it is in view from the beginning: its image is not to wait. */
  isFirst: boolean;
  /** Whether an image is looked for: then that one of its images is shown that is most like it. */
  isByLooks: boolean;
}

/**
 * A product of a list: picture, name, price. Its link opens the product, the small button finds more like it. Kept as it is
 * while others come below it, so that scrolling stays smooth.
 */
export const ProductCard = memo(function ProductCard({ edge, isFirst, isByLooks }: ProductCardProps) {
  const { node, matchedImageUrl } = edge;
  const url = (isByLooks && matchedImageUrl) || node.imageUrl;
  return (
    <li className="card">
      <a
        href={`/?product=${encodeURIComponent(node.id)}`}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          go({ product: node.id });
        }}
      >
        <span className="tile">
          <img
            src={imageSource(url)}
            alt=""
            width="512"
            height="512"
            loading={isFirst ? 'eager' : 'lazy'}
            decoding="async"
          />
          {!node.inStock && <span className="badge">Sold out</span>}
        </span>
        <span className="card-name">{node.name}</span>
        <span className="card-price">{formatPrice(node.price, node.currency)}</span>
      </a>
      <button
        type="button"
        className="icon-button card-similar"
        aria-label={`More like ${node.name}`}
        title="More like this"
        onClick={() => searchByProduct(node.id)}
      >
        <Icon name="similar" />
      </button>
    </li>
  );
});
