import { Picture } from "@ferrocart/ui/Picture.tsx";
import { useState } from "react";
import type { Product } from "../../api.ts";
import styles from "./Gallery.module.css";

/** The images of a product: one large, and all small to choose from. */
export function Gallery({ images, name }: { images: Product["image_details"]; name: string }) {
  const [index, setIndex] = useState(0);
  const image = images[index] ?? images[0];
  if (!image) return <div className={styles.frame} />;
  return (
    <div className={styles.gallery}>
      <div className={styles.frame}>
        <Picture src={image.url} alt={image.alt ?? name} width={image.width} height={image.height} isFirst />
      </div>
      {images.length > 1 && (
        <ul className={styles.thumbnails}>
          {images.map(({ url, alt, width, height }, position) => (
            <li key={url}>
              <button
                type="button"
                aria-label={`Show image ${position + 1} of ${images.length}: ${alt ?? name}`}
                aria-pressed={position === index}
                onClick={() => setIndex(position)}
              >
                <Picture src={url} alt="" width={width} height={height} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
