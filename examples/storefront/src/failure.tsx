import type { CombinedError } from 'urql';
import { go } from './navigation.ts';
import { openPhotoDialog } from './photo-button.tsx';
import { EMPTY_SEARCH, NO_IMAGE, type Search } from './search.ts';

interface FailureProps {
  error: CombinedError;
  search: Search;
  retry(): void;
}

/** What went wrong, in words of the shop, and what to do about it. The API's code tells the kind. */
export function Failure({ error, search, retry }: FailureProps) {
  const [first] = error.graphQLErrors;
  const code = String(first?.extensions.code ?? 'NETWORK');
  const isImage = code.startsWith('IMAGE_') || (code === 'BAD_USER_INPUT' && search.region !== undefined);
  return (
    <section className="state" role="alert">
      <h2>{headingOf(code)}</h2>
      <p>{explanationOf(code, first?.message, first?.extensions.retryAfter)}</p>
      <div className="row">
        {isImage && (
          <button type="button" className="button" onClick={openPhotoDialog}>
            Choose another photo
          </button>
        )}
        {search.region && (
          <button type="button" className="button" onClick={() => go({ region: undefined })}>
            Use the whole photo
          </button>
        )}
        {(isImage || code === 'NOT_FOUND') && (
          <button type="button" className="button button-plain" onClick={() => go(NO_IMAGE)}>
            Go on without it
          </button>
        )}
        {!isImage && code !== 'NOT_FOUND' && (
          <button type="button" className="button" onClick={retry}>
            Try again
          </button>
        )}
        <button type="button" className="button button-plain" onClick={() => go(EMPTY_SEARCH)}>
          Show everything
        </button>
      </div>
    </section>
  );
}

function headingOf(code: string): string {
  if (code === 'NETWORK') return 'The shop cannot be reached';
  if (code === 'RATE_LIMITED' || code === 'OVERLOADED') return 'One moment, please';
  if (code === 'NOT_FOUND') return 'This product is gone';
  if (code.startsWith('IMAGE_')) return 'This photo cannot be used';
  if (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') return 'This shop is not open to everybody';
  if (code === 'BAD_USER_INPUT') return 'This cannot be searched for';
  return 'Something went wrong';
}

function explanationOf(code: string, message: string | undefined, retryAfter: unknown): string {
  if (code === 'NETWORK') return 'Are you online? Nothing that you asked for is lost.';
  if (code === 'RATE_LIMITED' || code === 'OVERLOADED') {
    return typeof retryAfter === 'number'
      ? `There is a lot to do. Try again in ${Math.ceil(retryAfter)} seconds.`
      : 'There is a lot to do. Try again soon.';
  }
  return message ?? 'Try again, or look at something else.';
}
