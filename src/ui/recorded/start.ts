/** Fetches the recorded run that ships with the page, and plays it. Loaded when somebody asks for it. */
import { MAX_RECORDING, readRecording } from '../../session/recording.ts';
import { playground } from '../page.ts';
import { RECORDED } from '../text.ts';
import { Player } from './player.ts';

/** The one that is played; null: none. */
let player: Player | null = null;
export const currentPlayer = (): Player | null => player;

/** The file's bytes; null where there are none, or more than any recording has. */
async function fetched(): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const answer = await fetch(new URL('recorded.bin', document.baseURI));
    if (!answer.ok || answer.body === null) return null;
    const file = new Uint8Array(MAX_RECORDING);
    let length = 0;
    const reader = answer.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return file.slice(0, length);
      if (length + value.length > file.length) {
        await reader.cancel();
        return null;
      }
      file.set(value, length);
      length += value.length;
    }
  } catch {
    return null;
  }
}

/** Play the recorded run from its beginning; what is in the way, in a sentence, or null. */
export async function playRecorded(): Promise<string | null> {
  const file = await fetched();
  if (file === null) return RECORDED.failed;
  const read = readRecording(file);
  if (!read.ok) return read.error;
  playground.play(read.value.opened.run, (post) => {
    player = new Player(read.value, post, (events) => {
      playground.wind(events);
    });
    return player;
  });
  player?.seek(0);
  playground.announce(RECORDED.lead);
  return null;
}
