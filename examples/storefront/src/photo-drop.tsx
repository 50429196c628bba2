import { useEffect, useState } from 'react';
import { searchByPhoto } from './photo-search.ts';

/** Takes a photo that is dropped anywhere on the page, or pasted, and shows that it would. */
export function PhotoDrop() {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const bringsFile = (transfer: DataTransfer | null) => transfer?.types.includes('Files') ?? false;
    const take = (transfer: DataTransfer | null) => {
      const file = [...(transfer?.files ?? [])].find(({ type }) => type.startsWith('image/'));
      if (file === undefined) return;
      for (const dialog of document.querySelectorAll('dialog[open]')) {
        if (dialog instanceof HTMLDialogElement) dialog.close();
      }
      searchByPhoto(file);
    };
    const over = (event: DragEvent) => {
      if (!bringsFile(event.dataTransfer)) return;
      event.preventDefault();
      setOver(true);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!bringsFile(event.dataTransfer)) return;
      event.preventDefault();
      take(event.dataTransfer);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    addEventListener('dragover', over, { signal });
    addEventListener('drop', drop, { signal });
    addEventListener('dragleave', leave, { signal });
    addEventListener('paste', ({ clipboardData }) => take(clipboardData), { signal });
    return () => controller.abort();
  }, []);
  return isOver ? <div className="drop-curtain">Drop it to find what looks like it</div> : null;
}
