import type { Product } from "../../api.ts";
import { useNotify } from "../../app/notifications.tsx";
import { Button } from "../../components/Button.tsx";
import { FileDrop } from "../../components/FileDrop.tsx";
import styles from "./images.module.css";
import { ACCEPTED_TYPES, type Upload, useUploads } from "./use-uploads.ts";

/** Uploads images that are dropped on it, pasted or chosen. */
export function ImageDrop({ product }: { product: Product }) {
  const notify = useNotify();
  const { uploads, add, retry, remove } = useUploads(product.id, (file) => notify(`${file.name} is uploaded.`));
  return (
    <>
      <FileDrop
        label="Drop images here, or"
        button="Choose images"
        hint="JPEG, PNG, WebP or AVIF, at most 10 MB and 20 images"
        accepted={ACCEPTED_TYPES}
        allowsMultiple
        onFiles={add}
      />
      {uploads.length > 0 && (
        <ul className={styles.uploads} aria-label="Uploads">
          {uploads.map((upload) => (
            <UploadItem
              key={upload.id}
              upload={upload}
              onRetry={() => retry(upload)}
              onRemove={() => remove(upload.id)}
            />
          ))}
        </ul>
      )}
    </>
  );
}

interface UploadItemProps {
  upload: Upload;
  onRetry: () => void;
  onRemove: () => void;
}

function UploadItem({ upload: { file, progress, failure }, onRetry, onRemove }: UploadItemProps) {
  const percent = Math.round(progress * 100);
  return (
    <li className={styles.upload}>
      <span>{file.name}</span>
      {failure === null ? <span>{percent} %</span> : <span />}
      {failure === null ? (
        <progress value={progress} max={1} aria-label={`Upload of ${file.name}`} />
      ) : (
        <span className={styles.failed} role="alert">
          {failure.reason}
        </span>
      )}
      {failure !== null && (
        <span className={styles.tools}>
          {!failure.isFinal && (
            <Button onPress={onRetry} aria-label={`Upload ${file.name} again`}>
              Try again
            </Button>
          )}
          <Button variant="quiet" onPress={onRemove} aria-label={`Dismiss ${file.name}`}>
            ×
          </Button>
        </span>
      )}
    </li>
  );
}
