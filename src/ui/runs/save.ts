/** Hand a text or bytes to the person as a file. */
export const save = (
  name: string,
  type: string,
  content: string | Uint8Array<ArrayBuffer>,
): void => {
  saveBlob(name, new Blob([content], { type }));
};

/** The same of anything else. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has the blob by then; the address would hold it for as long as the page is open.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}
