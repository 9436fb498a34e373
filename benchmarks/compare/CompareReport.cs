using System.Globalization;
using System.Text;
using EfficientNet.Benchmarks.Comparison;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Reports;
using EfficientNet.Cli.Measurement;

namespace EfficientNet.Benchmarks.Compare;

/// <summary>The comparison as text.</summary>
/// <param name="Versions">Engines and versions.</param>
/// <param name="Peaks">FMA peaks measured before the first case.</param>
/// <param name="Cases">What was measured.</param>
/// <param name="Starts">Fresh processes.</param>
/// <param name="Sizes">Bytes on the disk.</param>
/// <param name="Gains">What batches bring.</param>
/// <param name="Narrow">The AVX2 kernels where the processor has wider ones.</param>
/// <param name="Settings">How much was measured.</param>
internal sealed record CompareReport(
    IReadOnlyList<string> Versions,
    IReadOnlyList<PeakRow> Peaks,
    IReadOnlyList<CaseResult> Cases,
    IReadOnlyList<ColdStart> Starts,
    IReadOnlyList<DiskSize> Sizes,
    IReadOnlyList<BatchGain> Gains,
    IReadOnlyList<CaseResult> Narrow,
    ComparisonSettings Settings)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append("# This project against ONNX Runtime\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Processor.Current}  \n");
        text.Append(CultureInfo.InvariantCulture, $"Commit {SourceVersion.Commit}{(Settings.IsQuick ? ", a quick run, not to be quoted" : "")}  \n");
        foreach (string version in Versions) text.Append(CultureInfo.InvariantCulture, $"{version}  \n");
        text.Append('\n');
        text.Append(
            CultureInfo.InvariantCulture,
            $"Batch 1, float32 weights and arithmetic, the same weights and input on all sides, threads set equal. The engines take turns: {Settings.Rounds} rounds of {Settings.Passes} passes each, fewer passes for networks larger than B0, twice the rounds for small ones and half of them for the largest, the others idle; a network's rounds are spread over up to {Settings.Visits} visits, or twice as many, with all other networks between them. Faster = ONNX Runtime's median over this engine's in the same round, median of the rounds (lowest to highest). Share of peak = each turn's median against the FMA peaks measured right before and after it with as many threads, median of the rounds; of 2 threads over 1 = one share over the other in the same round, median of the rounds. GFLOP/s are 2 × the multiply-adds of the layers' definitions on all sides; of those of dense 3×3 convolutions of stride 1, which EfficientNetV2's fused blocks have, this project makes 4/9, so that its share may exceed 100 %. Rounds with 1 and 2 threads take turns; with 1 thread all engines and the peak run on the same processor.\n\n");
        text.Append(CasesTable()).Append('\n');
        text.Append("The same in short, one row a network:\n\n").Append(FamilyTable.Of(Cases)).Append('\n');
        text.Append("FMA peak, float32, best of several numbers of accumulators:\n\n").Append(PeaksTable()).Append('\n');
        if (Narrow.Count > 0)
            text.Append("The AVX2 kernels here, in a process without AVX-512 (JIT); share of the peak of 256 bits measured right before and after each turn:\n\n").Append(FamilyTable.OfAvx2(Narrow)).Append('\n');
        text.Append("Batches, this project alone, its two sessions in turns; gain = round by round, median of the rounds:\n\n").Append(StartTables.Batches(Gains)).Append('\n');
        text.Append(
            CultureInfo.InvariantCulture,
            $"Cold start: from the start of a fresh process, programs and weights in the page cache, to the first logits; {Settings.Starts} of every engine in turns. This project loads weights with as many threads as there are processors, whatever the session has. The host's own start is that of the same program, for ONNX Runtime of Node, which loads nothing. Sooner = ONNX Runtime's time less Node's own start, over this engine's whole time in the same round, median of the rounds.\n\n");
        text.Append(StartTables.Times(Starts)).Append('\n');
        text.Append("Peak resident memory of the same processes (VmHWM after one pass; ONNX Runtime opens its file by path), median:\n\n").Append(StartTables.Memory(Starts)).Append('\n');
        text.Append("On the disk:\n\n").Append(StartTables.Disk(Sizes)).Append('\n');
        text.Append("Faster than ONNX Runtime, round by round:\n\n").Append(RoundsTable((result, engine) => result.Ratios(engine).Select(ratio => Fixed(ratio, 2)))).Append('\n');
        text.Append("Share of the peak, round by round, in percent:\n\n").Append(RoundsTable((result, engine) => result.SharesOfPeak(engine).Select(share => Fixed(100 * share, 1))));
        return text.ToString();
    }

    private MarkdownTable CasesTable()
    {
        var table = new MarkdownTable("network", "threads", "engine", "min ms", "median ms", "GFLOP/s", "share of peak", "faster, by minimum", "faster, by rounds", "logits differ by");
        foreach (CaseResult result in Cases)
        {
            foreach (EngineResult engine in result.Engines)
            {
                bool isPeer = engine == result.Peer;
                double[] ratios = result.Ratios(engine);
                table.Add(
                    result.Network,
                    $"{result.Threads}",
                    isPeer ? engine.Engine : $"{engine.Engine} ({engine.Loaded})",
                    Fixed(engine.Minimum, 3),
                    Fixed(engine.Median, 3),
                    Fixed(result.Gigaflops(engine.Median), 1),
                    $"{Fixed(100 * result.ShareOfPeak(engine), 1)} %",
                    isPeer ? "" : $"{Fixed(result.Peer.Minimum / engine.Minimum, 2)}×",
                    isPeer ? "" : $"{Fixed(result.Ratio(engine), 2)}× ({Fixed(ratios.Min(), 2)} to {Fixed(ratios.Max(), 2)})",
                    isPeer ? "" : engine.LogitsDifference.ToString("E1", CultureInfo.InvariantCulture));
            }
        }

        return table;
    }

    private MarkdownTable PeaksTable()
    {
        var table = new MarkdownTable("vector", "threads", "GFLOP/s", "accumulators", "within the rounds, median (lowest to highest)");
        foreach (PeakRow row in Peaks)
        {
            double[] within = row.Bits == Peaks[0].Bits ? Cases.Where(result => result.Threads == row.Threads).SelectMany(result => result.Engines).SelectMany(engine => engine.Peaks).ToArray() : [];
            table.Add(
                $"{row.Bits} bits",
                $"{row.Threads}",
                Fixed(row.Gigaflops, 1),
                $"{row.Chains}",
                within.Length == 0 ? "" : $"{Fixed(within.Median(), 1)} ({Fixed(within.Min(), 1)} to {Fixed(within.Max(), 1)})");
        }

        return table;
    }

    private MarkdownTable RoundsTable(Func<CaseResult, EngineResult, IEnumerable<string>> rounds)
    {
        var table = new MarkdownTable("network", "threads", "engine", "rounds");
        foreach (CaseResult result in Cases)
        {
            foreach (EngineResult engine in result.Engines.SkipLast(1))
                table.Add(result.Network, $"{result.Threads}", engine.Engine, string.Join(' ', rounds(result, engine)));
        }

        return table;
    }

    /// <summary>A number with so many digits after the point.</summary>
    public static string Fixed(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);
}

/// <summary>One FMA peak.</summary>
/// <param name="Bits">Vector width.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Gigaflops">GFLOP/s over all threads.</param>
/// <param name="Chains">Accumulators of the best loop.</param>
internal readonly record struct PeakRow(int Bits, int Threads, double Gigaflops, int Chains);
