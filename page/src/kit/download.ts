// Files that a reader takes along.

const SHARP = 2;

function put(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/// Draws SVG into points, on the paper of the theme.
async function drawn(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width * SHARP, image.height * SHARP];
  const room = canvas.getContext("2d");
  if (!room) throw new Error("this browser cannot draw");
  room.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--paper");
  room.fillRect(0, 0, canvas.width, canvas.height);
  room.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("the picture is too large"))), "image/png"));
}

export const save = {
  blob: put,
  svg: (name: string, svg: string): void => put(`${name}.svg`, new Blob([svg], { type: "image/svg+xml" })),
  png: async (name: string, svg: string): Promise<void> => put(`${name}.png`, await drawn(svg)),
};
