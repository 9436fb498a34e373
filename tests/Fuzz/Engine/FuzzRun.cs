using System.Diagnostics;
using EfficientNet.Fuzz.Tests.Formats;
using EfficientNet.Fuzz.Tests.Reports;
using EfficientNet.Fuzz.Tests.Targets;

namespace EfficientNet.Fuzz.Tests.Engine;

/// <summary>All that is done to one parser: what was found before, the corpus whole and cut at every byte, and random inputs.</summary>
internal sealed class FuzzRun : IDisposable
{
    private const int MostFindings = 10;

    // Files up to so many bytes are cut at every one of them, longer ones at as many places, evenly apart.
    private const int MostCuts = 1024;

    private readonly Target _target;
    private readonly FuzzInput _input = new();
    private readonly Judge _judge;
    private readonly Corpus _corpus;
    private readonly CoverageMap? _coverage = CoverageMap.OfThisProcess();
    private bool _tookNewBranch;

    public FuzzRun(Target target)
    {
        _target = target;
        _judge = new Judge(target, _input);
        _corpus = Corpus.Of(target.Format);
        _judge.Prepare(_corpus);
    }

    public FuzzStatistics Run(FuzzBudget budget)
    {
        var counts = new FuzzStatistics(_target.Name, budget.Seed) { Seeds = _corpus.Seeds.Count, Regressions = _corpus.Regressions.Count };
        foreach (byte[] bytes in _corpus.Regressions.Concat(_target.Format.Hostile).Concat(_corpus.Seeds)) counts.Take(Try(bytes, counts), _target.Format.PassesHeader(bytes));
        foreach (byte[] seed in _corpus.Seeds)
        {
            int cuts = Math.Min(seed.Length, MostCuts);
            for (int i = 0; i < cuts && counts.Findings.Count < MostFindings; i++, counts.Cuts++) Try(seed[..(int)((long)seed.Length * i / cuts)], counts);
        }

        long started = Stopwatch.GetTimestamp();
        for (long number = 0; number < budget.Executions && counts.Findings.Count < MostFindings; number++)
        {
            if (budget.Time >= TimeSpan.Zero && Stopwatch.GetElapsedTime(started) > budget.Time) break;
            byte[] bytes = Make(new FuzzRandom(budget.Seed, _target.Name, number));
            counts.Take(Try(bytes, counts), _target.Format.PassesHeader(bytes));
            counts.Random++;
            if (_tookNewBranch && bytes.Length <= Corpus.LongestKept) counts.Discovered = _corpus.Add(bytes);
        }

        counts.Elapsed = Stopwatch.GetElapsedTime(started);
        return counts;
    }

    public void Dispose() => ((IDisposable)_input).Dispose();

    private byte[] Make(FuzzRandom random)
    {
        Format format = _target.Format;
        if (random.OneIn(4)) return format.Make(random);
        byte[] bytes = _corpus.Any(random);
        for (int rounds = random.OneIn(4) ? random.Between(2, 8) : 1; rounds > 0; rounds--) bytes = format.Mutate(bytes, random);
        return bytes;
    }

    private Verdict Try(byte[] bytes, FuzzStatistics counts)
    {
        _coverage?.Clear();
        Verdict verdict = _judge.Of(bytes);
        _tookNewBranch = _coverage?.HasNew() ?? false;
        counts.Executions++;
        counts.MostAllocated = Math.Max(counts.MostAllocated, verdict.Allocated);
        if (verdict.Finding is { } finding) counts.Findings.Add($"{FindingFiles.Save(_target, bytes)}: {finding}");
        return verdict;
    }
}
