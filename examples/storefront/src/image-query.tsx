import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { imageSource } from './format.ts';
import { Icon } from './icons.tsx';
import { go } from './navigation.ts';
import { ProductQuery } from './operations.ts';
import { RegionFrame } from './region-frame.tsx';
import { NO_IMAGE, type Search } from './search.ts';

/** The image that is looked for: a photo, in which a part can be marked, or a product. */
export function ImageQuery({ search, photo }: { search: Search; photo: File | undefined }) {
  const photoUrl = useObjectUrl(photo);
  const [{ data }] = useQuery({
    query: ProductQuery,
    variables: { id: search.like ?? '' },
    pause: search.like === undefined,
  });
  const product = search.like === undefined ? undefined : data?.product;
  const url = search.like === undefined ? (photoUrl ?? search.imageUrl) : product?.imageUrl;
  return (
    <section className="image-query" aria-label="The image that is looked for">
      <div className="image-query-frame">
        {url !== undefined && search.like === undefined && (
          <RegionFrame
            url={imageSource(url)}
            region={search.region}
            change={(region) => go({ region }, { replace: search.region !== undefined && region !== undefined })}
          />
        )}
        {url !== undefined && search.like !== undefined && <img src={imageSource(url)} alt="" />}
      </div>
      <div className="image-query-words">
        <h1>{search.like === undefined ? 'Looks like your photo' : `More like ${product?.name ?? 'this'}`}</h1>
        <p className="quiet">
          {search.like === undefined
            ? 'Draw a frame over the part that you mean. Add words in the search field: “in blue”.'
            : 'Add words in the search field to turn it into something else: “in blue”.'}
        </p>
        <div className="row">
          {search.region && (
            <button type="button" className="button button-plain" onClick={() => go({ region: undefined })}>
              Use the whole photo
            </button>
          )}
          <button type="button" className="button button-plain" onClick={() => go(NO_IMAGE)}>
            <Icon name="close" /> {search.like === undefined ? 'Remove the photo' : 'Remove'}
          </button>
        </div>
      </div>
    </section>
  );
}

function useObjectUrl(file: File | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (file === undefined) return setUrl(undefined);
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
}
