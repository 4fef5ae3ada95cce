/** Hand a text to the person as a file. */
export function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has the blob by then; the address would hold it for as long as the page is open.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}
