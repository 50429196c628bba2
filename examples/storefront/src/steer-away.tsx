import { useState } from 'react';
import { go } from './navigation.ts';

/** Words to steer away from: for what cannot be ticked, such as "long sleeves". */
export function SteerAway({ exclude }: { exclude: string }) {
  const [words, setWords] = useState(exclude);
  return (
    <form
      className="facet"
      onSubmit={(event) => {
        event.preventDefault();
        go({ exclude: words.trim() });
      }}
    >
      <label htmlFor="steer-away">Rather not</label>
      <div className="row">
        <input
          id="steer-away"
          type="text"
          enterKeyHint="done"
          maxLength={100}
          placeholder="red, long sleeves"
          value={words}
          onChange={({ target }) => setWords(target.value)}
          onBlur={() => go({ exclude: words.trim() })}
        />
      </div>
    </form>
  );
}
