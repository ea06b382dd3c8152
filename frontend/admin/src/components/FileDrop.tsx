import { DropZone, FileTrigger, isFileDropItem, Text } from "react-aria-components";
import { Button } from "./Button.tsx";
import styles from "./FileDrop.module.css";

interface FileDropProps {
  /** Such as "Drop a file here, or". The button follows. */
  label: string;
  button: string;
  /** What files may be. */
  hint: string;
  /** Media types, or endings of names. */
  accepted: string[];
  allowsMultiple?: boolean;
  isDisabled?: boolean;
  onFiles: (files: File[]) => void;
}

/** Takes files that are dropped on it, pasted or chosen. */
export function FileDrop({ label, button, hint, accepted, allowsMultiple, isDisabled, onFiles }: FileDropProps) {
  return (
    <DropZone
      className={styles.drop ?? ""}
      isDisabled={isDisabled ?? false}
      getDropOperation={() => "copy"}
      onDrop={async ({ items }) =>
        onFiles(await Promise.all(items.filter(isFileDropItem).map((item) => item.getFile())))
      }
    >
      <Text slot="label">{label}</Text>
      <FileTrigger
        allowsMultiple={allowsMultiple ?? false}
        acceptedFileTypes={accepted}
        onSelect={(files) => onFiles(files ? [...files] : [])}
      >
        <Button isDisabled={isDisabled ?? false}>{button}</Button>
      </FileTrigger>
      <span className={styles.hint}>{hint}</span>
    </DropZone>
  );
}
