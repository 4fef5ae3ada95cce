import { useEffect } from 'react';
import { keeper, usePage } from '../page.ts';
import { droppedFiles, hasFiles } from './collect.ts';
import { desk, useDesk } from './own.ts';
import { OWN } from './text.ts';

/** Files may be dropped anywhere on the page; while they are above it, it says what will happen. */
export function DropZone() {
  const inPanel = usePage((state) => state.ownOpen);
  useEffect(() => {
    // Entering a child comes before leaving its parent: only the balance says where the pointer is.
    let depth = 0;
    const show = (isOver: boolean) => {
      if (desk.state.dragging !== isOver) desk.set({ dragging: isOver });
    };
    const enter = (event: DragEvent) => {
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      depth += 1;
      show(true);
    };
    const over = (event: DragEvent) => {
      if (!hasFiles(event.dataTransfer)) return;
      // Without this the browser opens the file in place of the page.
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    };
    const leave = () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) show(false);
    };
    const drop = (event: DragEvent) => {
      depth = 0;
      show(false);
      if (event.dataTransfer === null || !hasFiles(event.dataTransfer)) return;
      // What it was dropped on has taken it.
      if (event.defaultPrevented) return;
      event.preventDefault();
      void droppedFiles(event.dataTransfer).then((files) => {
        const [only] = files;
        if (files.length === 1 && only?.path.endsWith('.safetensors')) void keeper.open(only.file);
        else desk.bring(files);
      });
    };
    const events = { dragenter: enter, dragover: over, dragleave: leave, drop } as const;
    for (const [name, listener] of Object.entries(events)) {
      addEventListener(name as 'drop', listener);
    }
    return () => {
      for (const [name, listener] of Object.entries(events)) {
        removeEventListener(name as 'drop', listener);
      }
    };
  }, []);
  // A modal panel lies above everything else: over it, the overlay must be part of it.
  return inPanel ? null : <DropOverlay />;
}

/** What dropping will do, while files are above the page. */
export function DropOverlay() {
  const dragging = useDesk((state) => state.dragging);
  if (!dragging) return null;
  return (
    <div className="drop-zone" aria-hidden="true">
      <p>{OWN.dropNow}</p>
    </div>
  );
}
