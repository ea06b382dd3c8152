import {
  Button as AriaButton,
  DropIndicator,
  GridList,
  GridListItem,
  Menu,
  MenuItem,
  MenuTrigger,
  Popover,
  useDragAndDrop,
} from "react-aria-components";
import type { Product } from "../../api.ts";
import { Button } from "../../components/Button.tsx";
import styles from "./images.module.css";

type Image = Product["image_details"][number];

interface ImageListProps {
  images: Image[];
  productName: string;
  isDisabled: boolean;
  onReorder: (urls: string[]) => void;
  onDescribe: (url: string) => void;
  onRemove: (url: string) => void;
}

/** Images in their order, which is changed by dragging with a pointer or the keyboard, or with the menu of an image. */
export function ImageList({ images, productName, isDisabled, ...actions }: ImageListProps) {
  const urls = images.map(({ url }) => url);

  function move(moved: string[], target: string, position: "before" | "after") {
    // Dragging stays enabled: disabled while the new order is saved, it would never end.
    if (isDisabled) return;
    const others = urls.filter((url) => !moved.includes(url));
    const at = others.indexOf(target) + (position === "after" ? 1 : 0);
    actions.onReorder([...others.slice(0, at), ...moved, ...others.slice(at)]);
  }

  function swap(index: number, offset: number) {
    const [url, other] = [urls[index], urls[index + offset]];
    if (url && other) move([url], other, offset > 0 ? "after" : "before");
  }

  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    onReorder: ({ keys, target }) => {
      const moved = urls.filter((url) => keys.has(url));
      if (!moved.includes(String(target.key)) && target.dropPosition !== "on") {
        move(moved, String(target.key), target.dropPosition);
      }
    },
    renderDropIndicator: (target) => <DropIndicator target={target} className={styles.indicator ?? ""} />,
  });

  if (images.length === 0) return <p>The product has no images yet.</p>;
  return (
    <GridList
      aria-label="Images of the product"
      layout="grid"
      items={images.map((image, index) => ({ ...image, id: image.url, index }))}
      dragAndDropHooks={dragAndDropHooks}
      className={styles.list ?? ""}
    >
      {(image) => (
        <GridListItem className={styles.item ?? ""} textValue={nameOf(image, image.index)}>
          <img
            src={image.url}
            alt={image.alt ?? `${productName}, image ${image.index + 1}`}
            width={112}
            height={112}
            draggable={false}
          />
          {image.index === 0 && <span className={styles.first}>Shown in lists</span>}
          <div className={styles.tools}>
            <AriaButton slot="drag" className={styles.drag ?? ""} aria-label={`Move ${nameOf(image, image.index)}`}>
              ⠿
            </AriaButton>
            <MenuTrigger>
              <Button variant="quiet" aria-label={`Actions for ${nameOf(image, image.index)}`}>
                ⋯
              </Button>
              <Popover className={styles.popover ?? ""}>
                <Menu
                  aria-label="Actions"
                  className={styles.menu ?? ""}
                  disabledKeys={disabled(image.index, images.length)}
                >
                  <MenuItem id="earlier" className={styles.action ?? ""} onAction={() => swap(image.index, -1)}>
                    Move one place forward
                  </MenuItem>
                  <MenuItem id="later" className={styles.action ?? ""} onAction={() => swap(image.index, 1)}>
                    Move one place back
                  </MenuItem>
                  <MenuItem
                    id="describe"
                    className={styles.action ?? ""}
                    onAction={() => actions.onDescribe(image.url)}
                  >
                    Describe
                  </MenuItem>
                  <MenuItem id="remove" className={styles.action ?? ""} onAction={() => actions.onRemove(image.url)}>
                    Remove
                  </MenuItem>
                </Menu>
              </Popover>
            </MenuTrigger>
          </div>
        </GridListItem>
      )}
    </GridList>
  );
}

function nameOf({ alt }: Image, index: number): string {
  return alt ?? `image ${index + 1}`;
}

function disabled(index: number, count: number): string[] {
  return [...(index === 0 ? ["earlier"] : []), ...(index === count - 1 ? ["later"] : [])];
}
