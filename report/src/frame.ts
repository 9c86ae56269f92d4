// One picture in its place: drawing, colours, size, print, and stepping through it with the keyboard.

import { echarts } from "./echarts";
import { palette, type Palette } from "./theme";

/// What a figure gives: how tall it is, how it is drawn, and the points that a reader can step to.
export interface Picture {
  /// Height in pixels at a width.
  height(width: number): number;
  /// Least width; a narrower page scrolls the picture sideways.
  leastWidth?: number;
  /// What ECharts draws.
  option(colours: Palette, width: number): echarts.EChartsCoreOption;
  /// Where each step points, and what it says.
  steps(): Step[];
  /// Choices above the picture, the first chosen.
  choices?: string[];
  /// Takes a choice.
  choose?(index: number): void;
  /// What stands behind a point that is clicked, or chosen by Enter; nothing for one behind which nothing stands.
  picked?(seriesIndex: number, dataIndex: number): Behind | null;
  /// What is what, in words beside marks.
  legend?(colours: Palette): LegendEntry[];
}

/// A list under the picture.
export interface Behind {
  head: string;
  lines: [name: string, value: string][];
}

export interface Step {
  seriesIndex: number;
  dataIndex: number;
  text: string;
}

export interface LegendEntry {
  name: string;
  mark: "line" | "dashed" | "dotted" | "band" | "hatched" | "box" | "triangle" | "dot" | "tick";
  colour: string;
}

const PRINT_WIDTH = 680;
const SVG = "http://www.w3.org/2000/svg";

export class Frame {
  readonly place: HTMLElement;
  private picture: Picture;
  private readonly inner: HTMLElement;
  private readonly said: HTMLElement;
  private readonly behind: HTMLElement;
  private chart: ReturnType<typeof echarts.init> | null = null;
  private at = -1;
  /// Whether it is in the window or just outside.
  isNear = false;
  /// Whether its colours are those of before.
  isStale = false;

  constructor(place: HTMLElement, picture: Picture) {
    this.place = place;
    this.picture = picture;
    this.inner = document.createElement("div");
    this.inner.setAttribute("aria-hidden", "true");
    this.said = document.createElement("p");
    this.said.className = "said";
    this.said.setAttribute("aria-live", "polite");
    place.append(this.inner);
    this.behind = document.createElement("div");
    this.behind.className = "behind";
    this.behind.setAttribute("aria-live", "polite");
    place.after(this.said, this.behind);
    place.setAttribute("role", "group");
    place.setAttribute("aria-roledescription", "chart");
    place.setAttribute("aria-label", `${place.getAttribute("aria-label") ?? ""} Arrow keys step through it.`);
    place.tabIndex = 0;
    place.addEventListener("keydown", (event) => this.key(event));
    place.addEventListener("blur", () => this.leave());
    this.size(this.width());
    this.tools();
  }

  get isDrawn(): boolean {
    return this.chart !== null;
  }

  draw(): void {
    if (this.chart) return;
    this.chart = echarts.init(this.inner, null, { renderer: "svg" });
    this.chart.on("click", (at) => this.pick(at.seriesIndex ?? -1, at.dataIndex));
    this.redraw();
  }

  /// Draws another picture in its place.
  show(picture: Picture): void {
    this.picture = picture;
    this.behind.replaceChildren();
    this.resize();
    this.redraw();
  }

  /// Gives up what it holds.
  close(): void {
    this.chart?.dispose();
    this.chart = null;
  }

  /// Returns what is drawn, as SVG.
  svg(): string {
    this.draw();
    return this.chart?.renderToSVGString() ?? "";
  }

  /// Notes that the colours have changed, to draw it anew when there is time.
  age(): void {
    this.isStale = true;
  }

  redraw(): void {
    this.isStale = false;
    this.legend();
    if (!this.chart) return;
    this.chart.setOption(this.picture.option(palette(), this.chart.getWidth()), { notMerge: true });
  }

  resize(): void {
    const width = this.width();
    this.size(width);
    if (!this.chart || Math.abs(this.chart.getWidth() - width) < 1) return;
    this.chart.resize({ width, height: this.picture.height(width) });
    this.redraw();
  }

  /// Draws it for paper: light, and as wide as a page.
  print(): void {
    this.draw();
    this.size(PRINT_WIDTH);
    this.chart?.resize({ width: PRINT_WIDTH, height: this.picture.height(PRINT_WIDTH) });
    this.redraw();
    this.chart?.getZr().flush();
  }

  unprint(): void {
    this.size(this.width());
    this.chart?.resize({ width: this.width(), height: this.picture.height(this.width()) });
    this.redraw();
  }

  private width(): number {
    return Math.max(this.place.clientWidth, this.picture.leastWidth ?? 0);
  }

  private size(width: number): void {
    this.inner.style.width = `${width}px`;
    this.inner.style.height = `${this.picture.height(width)}px`;
  }

  /// Buttons for the choices.
  private tools(): void {
    const tools = document.querySelector<HTMLElement>(`[data-tools="${this.place.dataset["chart"]}"]`);
    const { choices } = this.picture;
    if (!tools) return;
    const legend = document.createElement("ul");
    legend.className = "legend";
    tools.append(legend);
    if (!choices) return;
    const group = document.createElement("div");
    group.className = "choices";
    const buttons = choices.map((name, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.setAttribute("aria-pressed", String(index === 0));
      button.addEventListener("click", () => {
        this.picture.choose?.(index);
        buttons.forEach((other, at) => other.setAttribute("aria-pressed", String(at === index)));
        this.at = -1;
        this.size(this.width());
        this.chart?.resize({ width: this.width(), height: this.picture.height(this.width()) });
        this.redraw();
      });
      return button;
    });
    group.append(...buttons);
    tools.append(group);
  }

  private legend(): void {
    const list = document.querySelector<HTMLElement>(`[data-tools="${this.place.dataset["chart"]}"] .legend`);
    if (!list || !this.picture.legend) return;
    list.replaceChildren(
      ...this.picture.legend(palette()).map((entry) => {
        const item = document.createElement("li");
        item.append(mark(entry), entry.name);
        return item;
      }),
    );
  }

  private key(event: KeyboardEvent): void {
    const steps = this.picture.steps();
    const moves: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const move = moves[event.key];
    if (event.key === "Escape") return this.leave();
    const here = steps[this.at];
    if (event.key === "Enter" && here) return this.pick(here.seriesIndex, here.dataIndex);
    if (event.key === "Home") this.at = 0;
    else if (event.key === "End") this.at = steps.length - 1;
    else if (move !== undefined) this.at = Math.min(Math.max(this.at + move, 0), steps.length - 1);
    else return;
    const step = steps[this.at];
    if (!step) return;
    event.preventDefault();
    this.draw();
    this.chart?.dispatchAction({ type: "showTip", seriesIndex: step.seriesIndex, dataIndex: step.dataIndex });
    this.said.textContent = step.text;
  }

  /// Lists what stands behind a point.
  private pick(seriesIndex: number, dataIndex: number): void {
    const found = this.picture.picked?.(seriesIndex, dataIndex);
    if (!found) return;
    const head = document.createElement("p");
    head.textContent = found.head;
    const list = document.createElement("ul");
    for (const [name, value] of found.lines) {
      const item = document.createElement("li");
      item.textContent = `${name}: ${value}`;
      list.append(item);
    }
    this.behind.replaceChildren(head, list);
  }

  private leave(): void {
    this.at = -1;
    this.said.textContent = "";
    this.chart?.dispatchAction({ type: "hideTip" });
  }
}

/// Draws the small mark before a name of the legend.
function mark({ mark, colour }: LegendEntry): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 12");
  svg.setAttribute("width", "24");
  svg.setAttribute("height", "12");
  svg.setAttribute("aria-hidden", "true");
  const add = (name: string, attributes: Record<string, string>): void => {
    const part = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
    svg.append(part);
  };
  const line = { x1: "0", x2: "24", y1: "6", y2: "6", stroke: colour, "stroke-width": "2" };
  if (mark === "line") add("line", line);
  if (mark === "dashed") add("line", { ...line, "stroke-dasharray": "4 3" });
  if (mark === "dotted") add("line", { ...line, "stroke-dasharray": "2 3" });
  if (mark === "band") add("rect", { x: "0", y: "1", width: "24", height: "10", fill: colour, "fill-opacity": "0.28" });
  if (mark === "box") add("rect", { x: "4", y: "1", width: "16", height: "10", fill: colour });
  if (mark === "hatched") {
    add("rect", { x: "0.5", y: "1", width: "23", height: "10", fill: colour, "fill-opacity": "0.2", stroke: colour });
    for (const x of [2, 8, 14]) {
      add("line", { x1: `${x}`, x2: `${x + 8}`, y1: "11", y2: "1", stroke: colour, "stroke-width": "1" });
    }
  }
  if (mark === "triangle") add("path", { d: "M12 1 L18 11 L6 11 Z", fill: colour });
  if (mark === "dot") add("circle", { cx: "12", cy: "6", r: "4.5", fill: colour });
  if (mark === "tick") add("line", { x1: "12", x2: "12", y1: "0", y2: "12", stroke: colour, "stroke-width": "2" });
  return svg;
}
