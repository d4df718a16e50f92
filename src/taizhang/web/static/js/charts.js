// Draws every <div data-chart="ID">: its options stand as JSON in <script type="application/json" id="ID">.
// A chart is described by what it shows, not by library options: {kind, names, series:[{name, type?, values}], links?}.
(() => {
  "use strict";
  const colours = ["#3b82f6", "#10b981", "#f59e0b", "#ef4444", "#8b5cf6", "#06b6d4", "#84cc16", "#f97316", "#64748b"];
  const ink = "#6b7a93";
  // Tooltips are drawn on the canvas: markup with style attributes would be refused by the content policy.
  const tooltip = (trigger) => ({ trigger, renderMode: "richText", confine: true, textStyle: { fontSize: 12 } });
  const text = () => ({ color: ink, fontSize: 11, fontFamily: getComputedStyle(document.body).fontFamily });
  const total = (values) => values.reduce((sum, value) => sum + value, 0);

  const drawn = {
    ring: (told) => ({
      tooltip: { ...tooltip("item"), formatter: "{b}：{c} 户（{d}%）" },
      legend: { orient: "vertical", right: 4, top: "middle", itemWidth: 14, itemHeight: 8, textStyle: text(), type: "scroll", itemGap: 3 },
      series: [{
        type: "pie", radius: ["42%", "72%"], center: ["33%", "50%"], label: { show: false }, data: told.names.map((name, i) => ({ name, value: told.series[0].values[i] })),
      }],
    }),
    ranking: (told) => ({
      tooltip: tooltip("axis"),
      grid: { left: 4, right: 44, top: 6, bottom: 2, containLabel: true },
      xAxis: { type: "value", show: false },
      yAxis: { type: "category", inverse: true, data: told.names, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { ...text(), interval: 0 } },
      series: [{ ...told.series[0], type: "bar", data: told.series[0].values, barMaxWidth: 11, color: told.colour || "#f59e0b",
        itemStyle: { borderRadius: 2 }, label: { show: true, position: "right", ...text() } }],
    }),
    columns: (told) => ({
      tooltip: tooltip("axis"),
      legend: { top: 2, itemWidth: 18, itemHeight: 8, textStyle: text(), show: told.series.length > 1 },
      grid: { left: 4, right: 10, top: told.series.length > 1 ? 28 : 14, bottom: 2, containLabel: true },
      xAxis: { type: "category", data: told.names, axisTick: { show: false }, axisLabel: text() },
      yAxis: { type: "value", splitLine: { lineStyle: { color: "#e8edf5" } }, axisLabel: text() },
      series: told.series.map((one) => ({ name: one.name, type: one.type || "bar", data: one.values, smooth: true, barMaxWidth: 16, symbolSize: 6, itemStyle: { borderRadius: [2, 2, 0, 0] } })),
    }),
  };

  function draw(box) {
    const told = JSON.parse(document.getElementById(box.dataset.chart).textContent);
    const chart = echarts.getInstanceByDom(box) || echarts.init(box);
    chart.setOption({ color: colours, animation: !matchMedia("(prefers-reduced-motion: reduce)").matches, aria: { enabled: true }, ...drawn[told.kind](told) }, true);
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", `${box.dataset.title}：${told.names.map((name, i) => `${name} ${told.series[0].values[i]}`).join("，")}；合计 ${total(told.series[0].values)}`);
    if (told.links) {
      chart.off("click");
      chart.on("click", (hit) => { if (told.links[hit.dataIndex]) location.assign(told.links[hit.dataIndex]); });
    }
  }

  const boot = (root) => root.querySelectorAll("[data-chart]").forEach(draw);
  document.addEventListener("DOMContentLoaded", () => boot(document));
  document.addEventListener("htmx:afterSettle", (event) => boot(event.target));
  addEventListener("resize", () => document.querySelectorAll("[data-chart]").forEach((box) => echarts.getInstanceByDom(box)?.resize()));
})();
