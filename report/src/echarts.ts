// The parts of ECharts that the pictures use, and no others.

import { BarChart, CustomChart, LineChart, SankeyChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GraphicComponent, GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([
  AriaComponent,
  BarChart,
  CustomChart,
  GraphicComponent,
  GridComponent,
  LineChart,
  MarkLineComponent,
  SVGRenderer,
  SankeyChart,
  ScatterChart,
  TooltipComponent,
]);

export { echarts };
