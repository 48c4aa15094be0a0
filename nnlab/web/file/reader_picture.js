// Pictures from outside: chosen, photographed, pasted or dropped. What a file says of its size is read before any of
// it is decoded.

import { MOST_BYTES, mustFit, sizeOfFile } from "../drawing/picture_file.js";
import { _ } from "../texts.js";
import { made } from "./shell.js";

const WHOLE = 4_000_000; // pixels that are read as they are; of more the browser makes fewer
const LONGEST = 1599; // pixels of a side after that

/** The buttons, and what hears of a picture wherever it comes from.
 *
 * @param {(picture: HTMLCanvasElement, said: string) => void} take gets it, and what is to be told of it
 * @param {(trouble: string) => void} refuse gets why there is none
 * @returns {{file: HTMLElement, camera: HTMLElement}}
 */
export function takePictures(take, refuse) {
  const read = async (file) => {
    try {
      const { picture, said } = await decoded(file);
      take(picture, said);
    } catch (error) {
      refuse(error.message);
    }
  };
  const field = (text, values) => {
    const input = made("input", { type: "file", accept: "image/*", className: "unseen", tabIndex: -1, ...values });
    const button = made("button", { type: "button", className: "button" }, text);
    button.onclick = () => input.click();
    input.onchange = () => {
      if (input.files[0]) read(input.files[0]);
      input.value = "";
    };
    return made("span", {}, button, input);
  };
  addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])][0];
    if (file) read(file);
  });
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) read(file);
    else refuse(_("What was dropped is no file: drop a picture."));
  });
  return { file: field(_("Picture"), {}), camera: field(_("Photograph"), { capture: "environment" }) };
}

async function decoded(file) {
  if (!file.size) throw new Error(_("The file is empty (0 bytes). Choose a picture."));
  if (file.size > MOST_BYTES) {
    throw new Error(
      _("The file has more than {most} MB, which is the most: make the picture smaller.", {
        most: MOST_BYTES / 2 ** 20,
      }),
    );
  }
  const size = sizeOfFile(new Uint8Array(await file.arrayBuffer()));
  mustFit(size);
  const longest = Math.max(size.width, size.height),
    factor = longest / LONGEST;
  const isLarge = size.width * size.height > WHOLE || (size.kind === "JPEG" && longest >= 2 * LONGEST);
  const smaller =
    isLarge && factor > 1
      ? {
          resizeWidth: Math.max(1, Math.round(size.width / factor)),
          resizeHeight: Math.max(1, Math.round(size.height / factor)),
          resizeQuality: "high",
        }
      : {};
  let image;
  try {
    image = await createImageBitmap(file, {
      colorSpaceConversion: "none",
      ...(isLarge ? turnedSize(size, smaller) : {}),
    });
  } catch {
    throw new Error(_("The file cannot be decoded: it breaks off or is damaged. Save it anew, as PNG."));
  }
  const picture = made("canvas", { width: image.width, height: image.height });
  picture.getContext("2d", { willReadFrequently: true }).drawImage(image, 0, 0);
  image.close();
  const said = isLarge
    ? _(
        "This picture is large: the browser made it smaller, by other means than the lab, so that pixels may differ by a shade.",
      )
    : "";
  return { picture, said };
}

// A camera's turn is made before the size is asked for.
function turnedSize({ isTurned }, { resizeWidth, resizeHeight, resizeQuality }) {
  return isTurned
    ? { resizeWidth: resizeHeight, resizeHeight: resizeWidth, resizeQuality }
    : { resizeWidth, resizeHeight, resizeQuality };
}
