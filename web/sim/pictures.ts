/* Pictures that people can send who have none at hand, drawn here. */

type Draw = (context: CanvasRenderingContext2D) => void;

const [width, height] = [640, 480];
const paper = "#fdfbf5";
const ink = "#26303c";

/** By what each shows. */
export const samplePictures: Record<string, Draw> = {
  "Broken cup": (context) => {
    fill(context, "#d9e4dc", [0, 0, width, height]);
    fill(context, "#a97b50", [0, 370, width, 110]);
    fill(context, "#2f6f9f", [210, 150, 200, 230]);
    stroke(context, "#2f6f9f", 26, () => context.arc(415, 255, 62, -1.3, 1.3));
    stroke(context, "#ffffff", 7, () => {
      context.moveTo(300, 145);
      for (const [x, y] of [
        [330, 200],
        [290, 240],
        [345, 300],
        [310, 382],
      ] as const)
        context.lineTo(x, y);
    });
  },
  Receipt: (context) => {
    fill(context, "#59636e", [0, 0, width, height]);
    fill(context, paper, [170, 20, 300, 440]);
    write(context, 20, 195, 70, [
      "CORNER SHOP",
      "",
      "1 Kettle      39.00",
      "1 Cup          6.50",
      "",
      "TOTAL         45.50",
    ]);
    for (let x = 220; x < 420; x += 9) fill(context, ink, [x, 350, 2 + (x % 5), 70]);
  },
  "Parcel label": (context) => {
    fill(context, "#c79a64", [0, 0, width, height]);
    fill(context, "#b4884f", [290, 0, 60, height]);
    fill(context, paper, [90, 110, 460, 260]);
    write(context, 26, 120, 165, ["TO: A. SCHMIDT", "Lindenweg 4", "10115 Berlin", "", "No. 7741 2290 18"]);
    for (let x = 360; x < 530; x += 10) fill(context, ink, [x, 140, 2 + (x % 7), 80]);
  },
};

/** @param name one of `samplePictures` */
export const samplePicture = (name: string): Promise<File> =>
  drawn(`${name}.png`, [width, height], samplePictures[name]!);

/** A page as a scanner gives it. */
export const scannedPage = (words: string): Promise<File> =>
  drawn("Letter.png", [850, 1100], (context) => {
    fill(context, paper, [0, 0, 850, 1100]);
    context.font = font(28);
    write(context, 28, 90, 140, linesOf(context, words, 670));
  });

/** A small copy as a `data:` URL; undefined where it is no picture that this browser knows. */
export async function thumbnailOf(file: Blob): Promise<string | undefined> {
  if (!file.type.startsWith("image/")) return undefined;
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (!picture) return undefined;
  const scale = Math.min(1, 240 / Math.max(picture.width, picture.height));
  const canvas = canvasOf([Math.max(1, picture.width * scale), Math.max(1, picture.height * scale)]);
  canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas.toDataURL("image/jpeg", 0.7);
}

function canvasOf([across, down]: [number, number]): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = across;
  canvas.height = down;
  return canvas;
}

async function drawn(name: string, size: [number, number], draw: Draw): Promise<File> {
  const canvas = canvasOf(size);
  draw(canvas.getContext("2d")!);
  const type = "image/png";
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type));
  return new File([blob!], name, { type });
}

function fill(context: CanvasRenderingContext2D, colour: string, area: [number, number, number, number]): void {
  context.fillStyle = colour;
  context.fillRect(...area);
}

function stroke(context: CanvasRenderingContext2D, colour: string, lineWidth: number, path: () => void): void {
  context.strokeStyle = colour;
  context.lineWidth = lineWidth;
  context.beginPath();
  path();
  context.stroke();
}

const font = (size: number): string => `${size}px ui-monospace, monospace`;

function write(context: CanvasRenderingContext2D, size: number, x: number, y: number, lines: string[]): void {
  context.font = font(size);
  context.fillStyle = ink;
  for (const [position, line] of lines.entries()) context.fillText(line, x, y + position * size * 1.5);
}

function linesOf(context: CanvasRenderingContext2D, words: string, most: number): string[] {
  return words.split("\n").flatMap((paragraph) => {
    const lines = [""];
    for (const word of paragraph.split(" ")) {
      const longer = `${lines.at(-1)} ${word}`.trimStart();
      if (context.measureText(longer).width <= most) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  });
}
