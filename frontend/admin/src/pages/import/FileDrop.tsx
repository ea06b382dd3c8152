import { DropZone, FileTrigger, isFileDropItem, Text } from "react-aria-components";
import { Button } from "../../components/Button.tsx";
import styles from "./import.module.css";
import { EXTENSIONS } from "./queries.ts";

interface FileDropProps {
  isDisabled: boolean;
  onChoose: (file: File) => Promise<void>;
}

/** Takes a file that is dropped on it, pasted or chosen. */
export function FileDrop({ isDisabled, onChoose }: FileDropProps) {
  return (
    <DropZone
      className={styles.drop ?? ""}
      isDisabled={isDisabled}
      getDropOperation={() => "copy"}
      onDrop={async ({ items }) => {
        const [first] = items.filter(isFileDropItem);
        if (first) await onChoose(await first.getFile());
      }}
    >
      <Text slot="label">Drop a file here, or</Text>
      <FileTrigger
        acceptedFileTypes={EXTENSIONS}
        onSelect={(files) => {
          const [first] = files ?? [];
          if (first) void onChoose(first);
        }}
      >
        <Button isDisabled={isDisabled}>Choose a file</Button>
      </FileTrigger>
      <span className={styles.hint}>CSV or JSON Lines in UTF-8, at most 2,000 products and 4 MiB</span>
    </DropZone>
  );
}
