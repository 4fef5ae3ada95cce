/** A picture file that a person brought: looked at before anything decodes it, and decoded by the browser. */
import { pictureHeader } from '../../../data/own/picture.ts';
import { quote } from '../../../experiment/quote.ts';
import { fail, ok, type Result } from '../../../experiment/result.ts';

/** Bytes of a file, and pixels of a picture, at most: four bytes a pixel lie in memory while it is read. */
export const PICTURE_LIMITS = { bytes: 20_000_000, pixels: 40_000_000 } as const;

const FORMATS = 'allowed are PNG, JPEG, GIF, BMP and WebP pictures';

export type DecodePicture = (file: Blob) => Promise<ImageBitmap>;

/** The picture of a file, or one sentence on what is wrong with it. */
export async function readPicture(
  file: File,
  decode: DecodePicture = (blob) => createImageBitmap(blob),
): Promise<Result<ImageBitmap>> {
  const name = quote(file.name || 'The picture');
  const { bytes: most, pixels } = PICTURE_LIMITS;
  if (file.size > most) {
    return fail(`${name} has ${file.size} bytes; allowed are at most ${most}.`);
  }
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    return fail(`${name} could not be read; choose it again.`);
  }
  const header = pictureHeader(bytes);
  if (header === null) return fail(`${name} is no picture that is read here; ${FORMATS}.`);
  const { width, height, format } = header;
  if (width < 1 || height < 1 || width * height > pixels) {
    return fail(
      `${name} says that it is ${width} x ${height} pixels; allowed are 1 to ${pixels} pixels.`,
    );
  }
  try {
    return ok(await decode(new Blob([bytes], { type: `image/${format}` })));
  } catch {
    return fail(`${name} is damaged: it could not be decoded; ${FORMATS} that are whole.`);
  }
}
