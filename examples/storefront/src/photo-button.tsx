import { useRef, useState } from 'react';
import { Icon } from './icons.tsx';
import { searchByPhoto, searchByUrl } from './photo-search.ts';

const DIALOG_ID = 'photo-dialog';

/** Opens the dialog that asks for a photo. */
export function openPhotoDialog(): void {
  const dialog = document.getElementById(DIALOG_ID);
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
}

/** The camera beside the search field, and the dialog behind it: choose, take, drop, paste, or name an address. */
export function PhotoButton() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [url, setUrl] = useState('');
  const take = (files: FileList | null) => {
    const file = files?.[0];
    dialog.current?.close();
    if (file) searchByPhoto(file);
  };
  return (
    <>
      <button type="button" className="icon-button" aria-label="Search by photo" onClick={openPhotoDialog}>
        <Icon name="camera" />
      </button>
      <dialog ref={dialog} id={DIALOG_ID} className="dialog" aria-labelledby="photo-title">
        <div className="dialog-head">
          <h2 id="photo-title">Search by photo</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={() => dialog.current?.close()}>
            <Icon name="close" />
          </button>
        </div>
        <div className="drop-zone">
          <Icon name="camera" />
          <p>Drop a photo anywhere on this page, or paste one.</p>
          <label className="button">
            Choose a photo
            <input type="file" accept="image/*" className="unseen" onChange={({ target }) => take(target.files)} />
          </label>
          <label className="button button-plain only-touch">
            Take a photo
            <input
              type="file"
              accept="image/*"
              capture="environment"
              className="unseen"
              onChange={({ target }) => take(target.files)}
            />
          </label>
        </div>
        <form
          className="url-form"
          onSubmit={(event) => {
            event.preventDefault();
            dialog.current?.close();
            searchByUrl(url);
            setUrl('');
          }}
        >
          <label htmlFor="photo-url">Or the address of an image</label>
          <div className="row">
            <input
              id="photo-url"
              type="url"
              required
              placeholder="https://…"
              value={url}
              onChange={({ target }) => setUrl(target.value)}
            />
            <button type="submit" className="button button-plain">
              Search
            </button>
          </div>
        </form>
        <p className="quiet small">
          Photos are made smaller and stay on this device; the shop sees them to search, and keeps none.
        </p>
      </dialog>
    </>
  );
}
