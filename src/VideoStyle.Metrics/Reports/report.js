"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { report, figures, curves: definitions, series, worst, frames } = data;
  const clips = report.clips;
  const byId = id => document.getElementById(id);
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  // Okabe and Ito's palette, which the color-blind can tell apart; the source is gray.
  // On dark paper its light blue comes before the dark one, which is hard to see there and lighter by a step.
  const palette = dark ? ["#d55e00", "#56b4e9", "#009e73", "#cc79a7", "#e69f00", "#2a8fcc"] : ["#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
  const colors = clips.map((clip, i) => clip.role === "source" ? "#8b867c" : palette[(i - 1) % palette.length]);
  const base = path => path.replace(/\/+$/, "").split("/").pop();
  const label = clip => clip.role === "source" ? "source" : base(clip.name) + (clip.role === "perFrame" ? " (per frame)" : "");
  const fixed = (value, digits) => value === null || value === undefined ? "–" : value.toFixed(digits);
  const lagName = lag => lag === "first" ? "first frame" : `lag ${lag}`;
  const seconds = s => `${Math.floor(s / 60)}:${(s % 60).toFixed(2).padStart(5, "0")}`;

  const valueOf = (clip, figure) => figure.group ? clip[figure.group]?.[figure.key] : clip[figure.key];
  const arrows = { lowerIsBetter: "↓", higherIsBetter: "↑" };
  const title = figure => [figure.title, figure.unit, arrows[figure.direction]].filter(Boolean).join(" ");

  function element(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  // A row of buttons of which one is down.
  function tabs(host, entries, choose, first = 0) {
    const buttons = entries.map(([text, title], i) => {
      const button = element("button", { type: "button", textContent: text, title: title ?? "" });
      button.addEventListener("click", () => select(i));
      return button;
    });
    function select(index) {
      buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === index)));
      choose(index);
    }
    host.replaceChildren(...buttons);
    if (buttons.length) select(first);
    return select;
  }

  // ---- heading and cards
  const source = report.source;
  byId("title").textContent = base(source.name);
  document.title = `${base(source.name)}: temporal consistency report`;
  byId("facts").textContent = [
    `${source.width}×${source.height}`,
    source.frameRate ? `${+source.frameRate.toFixed(3)} fps` : null,
    `${report.frames} frames`,
    `${report.cuts.length} ${report.cuts.length === 1 ? "cut" : "cuts"}`,
    `reference flow: ${report.settings.estimator}`,
  ].filter(Boolean).join(" · ");

  clips.forEach((clip, i) => {
    if (clip.role === "source") return;
    const main = clip.warpingError[0];
    const facts = [
      ["× per frame", clip.role === "perFrame" ? "1" : fixed(main.ratioToPerFrame, 3)],
      ["error of the source itself", fixed(main.input * 1e3, 3)],
      ...figures.filter(figure => figure.isInTables && !figure.group).map(figure => [title(figure), fixed(valueOf(clip, figure), figure.decimals)]),
    ].filter(([, value]) => value !== "–");
    const card = element("article", { className: "card" },
      element("h3", { textContent: label(clip), title: clip.name }),
      element("div", { className: "figure" }, fixed(main.value === null ? null : main.value * 1e3, 3),
        element("small", { textContent: " ×10⁻³" })),
      element("div", { className: "muted small", textContent: `warping error ${main.profile}, ${lagName(main.lag)}` }),
      element("ul", {}, ...facts.map(([name, value]) => element("li", {}, name, element("b", { textContent: value })))));
    card.style.setProperty("--clip", colors[i]);
    byId("cards").append(card);
  });

  // ---- curves
  const known = new Set(series.values.flatMap(values => Object.keys(values)));
  const curveDefinitions = definitions.filter(curve => known.has(curve.key));
  let plot, shown;

  function draw(curve) {
    shown = curve;
    byId("meaning").textContent = curve.description;
    const own = clips.map((clip, i) => i).filter(i => series.values[i][curve.key]);
    const columns = own.map(i => series.values[i][curve.key].map(v => v === null ? null : v * curve.scale));
    const ink = getComputedStyle(document.body).getPropertyValue("--muted"), grid = getComputedStyle(document.body).getPropertyValue("--grid");
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
    plot?.destroy();
    plot = new uPlot({
      width: byId("plot").clientWidth - 14, height: 340,
      scales: { x: { time: false } },
      axes: [{ ...axis, label: "seconds", labelSize: 22 }, { ...axis, size: 64 }],
      cursor: { drag: { x: true, y: false, dist: 5 }, focus: { prox: 24 } },
      series: [
        { label: "time", value: (u, v) => v === null ? "–" : seconds(v) },
        ...own.map(i => ({ label: label(clips[i]), stroke: colors[i], width: 1.6, spanGaps: !curve.hasGaps, points: { show: !curve.hasGaps && series.seconds.length < 400, size: 4 },
          dash: clips[i].role === "perFrame" ? [6, 4] : undefined, value: (u, v) => v === null ? "–" : v.toPrecision(4) })),
      ],
      hooks: {
        draw: [u => {
          u.ctx.save();
          u.ctx.strokeStyle = ink; u.ctx.setLineDash([3, 4]);
          for (const cut of report.cuts) {
            const x = u.valToPos(series.seconds[Math.floor(cut / series.step)], "x", true);
            if (x < u.bbox.left || x > u.bbox.left + u.bbox.width) continue;
            u.ctx.beginPath(); u.ctx.moveTo(x, u.bbox.top); u.ctx.lineTo(x, u.bbox.top + u.bbox.height); u.ctx.stroke();
          }
          u.ctx.restore();
        }],
      },
    }, [series.seconds, ...columns], byId("plot"));
    let pressed = 0;
    plot.over.addEventListener("mousedown", event => { pressed = event.clientX; });
    plot.over.addEventListener("mouseup", event => {
      if (Math.abs(event.clientX - pressed) < 4 && plot.cursor.idx !== null) pick(plot.cursor.idx);
    });
  }

  function pick(index) {
    const box = byId("picked"), frame = index * series.step;
    const rows = clips.map((clip, i) => [clip, i, series.values[i][shown.key]?.[index]]).filter(([, , v]) => v !== undefined && v !== null);
    const table = element("table", {}, ...rows.map(([clip, i, v]) => {
      const dot = element("span", { className: "dot" });
      dot.style.setProperty("--clip", colors[i]);
      return element("tr", {}, element("td", { className: "name" }, dot, label(clip)),
        element("td", { textContent: (v * shown.scale).toPrecision(5) }));
    }));
    box.hidden = false;
    box.replaceChildren(element("b", { textContent: `Frame ${frame}, ${seconds(series.seconds[index])}` }), table);
    const near = worst.map((pair, i) => [Math.abs(pair.later - frame), i]).sort((a, b) => a[0] - b[0])[0];
    if (near && near[0] <= 24) {
      const link = element("button", { type: "button", textContent: `Show the pair ${worst[near[1]].earlier}–${worst[near[1]].later} near it` });
      link.addEventListener("click", () => { choosePair(near[1]); byId("worst-section").scrollIntoView({ behavior: "smooth" }); });
      box.append(link);
    }
  }

  tabs(byId("metrics"), curveDefinitions.map(curve => [curve.key.replace("@", " · "), curve.description]), i => draw(curveDefinitions[i]));
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    plot?.setSize({ width: byId("plot").clientWidth - 14, height: 340 });
  });

  // ---- worst pairs
  const captions = {
    source: "source", output: "stylized", warped: "the stylized clip's other frame, warped along the flow",
    errorMap: "their difference: yellow from 0.25 of full scale on, dim where it is masked",
    mask: "mask: white is valid", flow: "flow of the source, color for direction",
  };
  function showPair(pair) {
    byId("pair-facts").textContent = `${label(clips[pair.clip])}, frames ${pair.earlier} and ${pair.later} at ${seconds(pair.seconds)}: `
      + `${report.settings.profiles[0]} ${(pair.error * 1e3).toFixed(3)} ×10⁻³; flow of ${pair.fullLengthPx.toFixed(1)} px is fully saturated`;
    const tiles = Object.keys(captions).map(key => {
      const image = element("img", { src: pair.images[key], alt: captions[key] });
      image.addEventListener("click", () => zoom(image.src, captions[key]));
      return element("figure", {}, image, element("figcaption", { textContent: captions[key] }));
    });
    // Over the stylized frame, its warped neighbour in turn: what moves is what flickers.
    const output = tiles[1].querySelector("img");
    let turn = false;
    clearInterval(showPair.timer);
    const blink = element("button", { type: "button", textContent: "blink stylized and warped" });
    blink.setAttribute("aria-pressed", "false");
    blink.addEventListener("click", () => {
      const on = blink.getAttribute("aria-pressed") !== "true";
      blink.setAttribute("aria-pressed", String(on));
      clearInterval(showPair.timer);
      output.src = pair.images.output;
      if (on) showPair.timer = setInterval(() => { turn = !turn; output.src = turn ? pair.images.warped : pair.images.output; }, 300);
    });
    tiles[1].querySelector("figcaption").append(" · ", blink);
    byId("pair").replaceChildren(...tiles);
  }
  let choosePair = () => {};
  if (worst.length)
    choosePair = tabs(byId("pairs"), worst.map(pair => [`${clips.length > 2 ? label(clips[pair.clip]) + " · " : ""}${pair.earlier}–${pair.later}`]), i => showPair(worst[i]));
  else
    byId("worst-section").hidden = true;

  function zoom(src, caption) {
    const dialog = byId("zoom"), image = dialog.querySelector("img");
    image.src = src; image.alt = caption;
    dialog.style.setProperty("--ratio", String(source.width / source.height));
    dialog.querySelector("p").textContent = caption;
    dialog.showModal();
  }
  byId("zoom").addEventListener("click", () => byId("zoom").close());

  // ---- comparison
  if (frames.length) {
    const a = byId("clip-a"), b = byId("clip-b"), moment = byId("moment"), stage = byId("compare"), rate = byId("rate");
    const imageA = byId("image-a"), imageB = byId("image-b");
    const measured = clips.map((clip, i) => i).filter(i => clips[i].role !== "source");
    for (const select of [a, b])
      clips.forEach((clip, i) => select.append(element("option", { value: i, textContent: label(clip) })));
    a.value = measured[0]; b.value = measured.length > 1 ? measured[1] : 0;
    frames.forEach((m, i) => moment.append(element("option", { value: i, textContent: `frame ${m.frame}, ${seconds(m.seconds)}` })));
    moment.value = Math.floor(frames.length / 2);
    let mode = 0, timer, showA = true;

    const show = () => {
      imageA.style.visibility = mode === 0 && !showA ? "hidden" : "visible";
      byId("shown").textContent = mode === 1 ? `${label(clips[a.value])} | ${label(clips[b.value])}` : label(clips[showA ? a.value : b.value]);
    };
    const restart = () => {
      imageA.src = frames[moment.value].images[a.value]; imageB.src = frames[moment.value].images[b.value];
      imageA.alt = label(clips[a.value]); imageB.alt = label(clips[b.value]);
      stage.className = ["compare", "compare split", "compare side"][mode];
      byId("rate-label").style.visibility = mode === 0 ? "visible" : "hidden";
      byId("rate-out").textContent = `${rate.value} ms`;
      clearInterval(timer);
      showA = true;
      if (mode === 0) timer = setInterval(() => { showA = !showA; show(); }, Number(rate.value));
      split(.5);
      show();
    };
    const split = at => {
      imageA.style.clipPath = mode === 1 ? `inset(0 ${100 * (1 - at)}% 0 0)` : "none";
      byId("handle").style.left = `calc(${100 * at}% - 1px)`;
    };
    stage.addEventListener("pointermove", event => {
      const box = stage.getBoundingClientRect();
      if (mode === 1) split(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
    });
    for (const control of [a, b, moment, rate]) control.addEventListener("input", restart);
    tabs(byId("mode"), [["blink"], ["slide"], ["beside"]], i => { mode = i; restart(); });
  } else
    byId("blink-section").hidden = true;

  // ---- tables
  function table(caption, head, rows) {
    return element("table", {}, element("caption", { textContent: caption }),
      element("thead", {}, element("tr", {}, ...head.map(text => element("th", { textContent: text })))),
      element("tbody", {}, ...rows.map(cells => element("tr", {}, ...cells.map((cell, i) => element("td", { textContent: cell, className: i === 0 ? "name" : "" }))))));
  }
  for (const profile of report.settings.profiles)
    byId("tables").append(table(`Warping error ${profile}, ×10⁻³ (× per frame)`, ["clip", ...report.settings.lags.map(lagName)],
      clips.map(clip => [label(clip), ...clip.warpingError.filter(e => e.profile === profile)
        .map(e => e.value === null ? "–" : fixed(e.value * 1e3, 3) + (e.ratioToPerFrame === null ? "" : ` (${fixed(e.ratioToPerFrame, 3)})`))])));
  const measured = clips.filter(clip => clip.role !== "source");
  const columns = figures.filter(figure => figure.isInTables && measured.some(clip => typeof valueOf(clip, figure) === "number"));
  byId("tables").append(table("Other metrics", ["clip", ...columns.map(title)],
    measured.map(clip => [label(clip), ...columns.map(figure => fixed(valueOf(clip, figure), figure.decimals))])));
  byId("tables").append(table("Pairs", ["lag", "measured", "across cuts, left out", ...report.settings.profiles.map(p => `valid, ${p}`)],
    report.pairs.map(pair => [lagName(pair.lag), pair.measured, pair.acrossCuts, ...report.settings.profiles.map(p => pair.coverage[p] === null ? "–" : `${(100 * pair.coverage[p]).toFixed(1)} %`)])));

  // ---- settings
  const settings = report.settings;
  const entries = [
    ["clips", clips.map(clip => `${clip.name} (${clip.role === "perFrame" ? "per frame" : clip.role})`).join(" · ")],
    ["flow", `${settings.estimator}, ${settings.flowPath}`], ["masks", settings.masks],
    ["tOF", settings.tofEstimator ? `${settings.tofEstimator}, every ${settings.tofEvery === 1 ? "pair" : settings.tofEvery + " pairs"}` : "–"],
    ["cut threshold", String(settings.cutThreshold)], ["cuts at frame", report.cuts.join(", ") || "none"],
    ["matched by", settings.timingIgnored ? "frame number" : "frame number and time"],
    ["left out", report.leftOut.map(item => `${item.metric}: ${item.reason}`).join("; ") || "nothing"], ["made with", settings.program],
  ];
  byId("definitions").append(...figures.flatMap(figure => [element("dt", { textContent: title(figure) }), element("dd", { textContent: figure.definition })]));
  byId("settings").append(...entries.flatMap(([name, value]) => [element("dt", { textContent: name }), element("dd", { textContent: value })]));
  byId("json").textContent = JSON.stringify(report, null, 2);
})();
