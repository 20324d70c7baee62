/** Indicators as the usual JavaScript libraries compute them: as many of the twenty as each has. */
import * as signals from "trading-signals";
import * as ti from "technicalindicators";
function technicalIndicators(market) {
  for (const bars of market) {
    const [high, low, values, volume] = [[...bars.high], [...bars.low], [...bars.close], [...bars.volume]];
    for (const period of [20, 50, 200]) ti.SMA.calculate({ period, values });
    for (const period of [12, 26]) ti.EMA.calculate({ period, values });
    ti.RSI.calculate({ period: 14, values });
    ti.MACD.calculate({
      values,
      fastPeriod: 12,
      slowPeriod: 26,
      signalPeriod: 9,
      SimpleMAOscillator: false,
      SimpleMASignal: false,
    });
    ti.BollingerBands.calculate({ period: 20, stdDev: 2, values });
    ti.ATR.calculate({ period: 14, high, low, close: values });
    ti.ADX.calculate({ period: 14, high, low, close: values });
    ti.Stochastic.calculate({ period: 14, signalPeriod: 3, high, low, close: values });
    ti.CCI.calculate({ period: 20, high, low, close: values });
    ti.WilliamsR.calculate({ period: 14, high, low, close: values });
    ti.MFI.calculate({ period: 14, high, low, close: values, volume });
    ti.OBV.calculate({ close: values, volume });
    ti.ROC.calculate({ period: 10, values });
    ti.SD.calculate({ period: 20, values });
  }
}

function tradingSignals(market) {
  for (const bars of market) {
    const ofClose = [
      new signals.SMA(20),
      new signals.SMA(50),
      new signals.SMA(200),
      new signals.EMA(12),
      new signals.EMA(26),
      new signals.RSI(14),
      new signals.BollingerBands(20, 2),
      new signals.ROC(10),
      new signals.MOM(10),
    ];
    const ofBars = [new signals.ATR(14), new signals.ADX(14), new signals.CCI(20), new signals.WilliamsR(14)];
    for (let i = 0; i < bars.length; i += 1) {
      const [open = 0, high = 0, low = 0, close = 0, volume = 0] = [
        bars.open[i],
        bars.high[i],
        bars.low[i],
        bars.close[i],
        bars.volume[i],
      ];
      for (const indicator of ofClose) indicator.update(close, false);
      for (const indicator of ofBars) indicator.update({ open, high, low, close, volume }, false);
    }
  }
}

export const PEERS = [
  { name: "technicalindicators", columns: 17, run: technicalIndicators },
  { name: "trading-signals", columns: 13, run: tradingSignals },
];
