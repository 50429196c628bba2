import { go } from './navigation.ts';
import { openPhotoDialog } from './photo-button.tsx';

const EXAMPLES = ['red dress', 'sneakers under 80, not red', 'cosy things for the sofa', 'leather bag'];

/** What a visitor sees before anything is looked for: what can be done here, by doing it. */
export function Welcome() {
  return (
    <section className="welcome" aria-label="Ways to begin">
      <h1>Find it by how it looks.</h1>
      <p>Say it in your own words, or show a photo.</p>
      <ul className="examples">
        {EXAMPLES.map((text) => (
          <li key={text}>
            <button type="button" className="pill" onClick={() => go({ text })}>
              {text}
            </button>
          </li>
        ))}
        <li>
          <button type="button" className="pill pill-strong" onClick={openPhotoDialog}>
            Search by photo
          </button>
        </li>
      </ul>
    </section>
  );
}
