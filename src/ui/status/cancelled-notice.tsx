import { playground } from '../page.ts';
import { Notice } from './notice.tsx';

export function CancelledNotice() {
  return (
    <Notice
      title="Loading was cancelled"
      sentences={['The experiment is kept; its data is not there yet.']}
      button="Load the data"
      help="Begins loading again, from where the browser has it."
      onPress={() => {
        playground.restart();
      }}
    />
  );
}
