/** The bitmaps of logo-bitmap.ts as Electron's images. */
import { nativeImage, type NativeImage } from 'electron';
import { drawDisc, drawLogo, type Ink } from './logo-bitmap.ts';

/** The image at `size` px and at twice that, for dense screens. */
export function logoImage(size: number, ink: Ink, dot: Ink | null): NativeImage {
  const image = nativeImage.createFromBitmap(drawLogo(size, ink, dot), { width: size, height: size });
  const dense = size * 2;
  image.addRepresentation({ scaleFactor: 2, width: dense, height: dense, buffer: drawLogo(dense, ink, dot) });
  return image;
}

export function discImage(size: number, ink: Ink): NativeImage {
  return nativeImage.createFromBitmap(drawDisc(size, ink), { width: size, height: size });
}
