import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { Region } from './search.ts';

interface RegionFrameProps {
  url: string;
  region: Region | undefined;
  change(region: Region): void;
}

/** Below this a drag is a click, and a part too small to tell anything. */
const MIN_SIDE = 0.08;
const STEP = 0.05;
const FIRST: Region = { x: 0.25, y: 0.25, width: 0.5, height: 0.5 };

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
const percent = (fraction: number) => `${(fraction * 100).toFixed(1)}%`;

/**
 * An image with a frame over the part that is meant: drawn by pointer, or moved and sized by arrow keys on the two knobs
 * of the frame.
 */
export function RegionFrame({ url, region, change }: RegionFrameProps) {
  const [drawn, setDrawn] = useState<Region>();
  const start = useRef<{ x: number; y: number } | undefined>(undefined);
  const shown = drawn ?? region;

  const place = (event: PointerEvent<HTMLElement>) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    return {
      x: clamp((event.clientX - left) / width, 0, 1),
      y: clamp((event.clientY - top) / height, 0, 1),
    };
  };
  const finish = () => {
    start.current = undefined;
    setDrawn(undefined);
    if (drawn && drawn.width >= MIN_SIDE && drawn.height >= MIN_SIDE) change(drawn);
  };
  const move = ({ x, y }: Region, dx: number, dy: number, { width, height }: Region) =>
    change({ x: clamp(x + dx, 0, 1 - width), y: clamp(y + dy, 0, 1 - height), width, height });
  const size = ({ x, y, width, height }: Region, dx: number, dy: number) =>
    change({ x, y, width: clamp(width + dx, MIN_SIDE, 1 - x), height: clamp(height + dy, MIN_SIDE, 1 - y) });
  const byArrows = (event: KeyboardEvent, act: (dx: number, dy: number) => void) => {
    const dx = event.key === 'ArrowRight' ? STEP : event.key === 'ArrowLeft' ? -STEP : 0;
    const dy = event.key === 'ArrowDown' ? STEP : event.key === 'ArrowUp' ? -STEP : 0;
    if (dx === 0 && dy === 0) return;
    event.preventDefault();
    act(dx, dy);
  };

  return (
    <div
      className="region"
      data-testid="region"
      onPointerDown={(event) => {
        if (event.target instanceof HTMLButtonElement) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = place(event);
      }}
      onPointerMove={(event) => {
        const from = start.current;
        if (from === undefined) return;
        const to = place(event);
        setDrawn({
          x: Math.min(from.x, to.x),
          y: Math.min(from.y, to.y),
          width: Math.abs(to.x - from.x),
          height: Math.abs(to.y - from.y),
        });
      }}
      onPointerUp={finish}
      onPointerCancel={finish}
    >
      <img src={url} alt="What is looked for" draggable={false} />
      {shown ? (
        <div
          className="region-box"
          style={{
            left: percent(shown.x),
            top: percent(shown.y),
            width: percent(shown.width),
            height: percent(shown.height),
          }}
        >
          <button
            type="button"
            className="knob knob-move"
            aria-label="Move the frame with the arrow keys"
            onKeyDown={(event) => byArrows(event, (dx, dy) => move(shown, dx, dy, shown))}
          />
          <button
            type="button"
            className="knob knob-size"
            aria-label="Size the frame with the arrow keys"
            onKeyDown={(event) => byArrows(event, (dx, dy) => size(shown, dx, dy))}
          />
        </div>
      ) : (
        <button type="button" className="region-begin" onClick={() => change(FIRST)}>
          Mark a part
        </button>
      )}
    </div>
  );
}
