namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>Ways to share a kernel's work, none of which may change a bit of what it makes.</summary>
internal static class Splits
{
    /// <summary>
    /// Every cut of 0 … <paramref name="tasks"/> − 1 in two, the later half first; one task at a time, backwards; three workers.
    /// </summary>
    public static IEnumerable<(string Name, (int First, int Last)[] Ranges)> Of(int tasks)
    {
        for (int cut = 1; cut < tasks; cut++) yield return ($"{cut}…{tasks - 1} before 0…{cut - 1}", [(cut, tasks), (0, cut)]);
        yield return ("one by one, backwards", Enumerable.Range(0, tasks).Reverse().Select(task => (task, task + 1)).ToArray());
        yield return ("three workers", Enumerable.Range(0, 3).Select(me => (tasks * me / 3, tasks * (me + 1) / 3)).ToArray());
    }

    /// <summary>Checks that each way gives the same bits as all work at once, and that no work writes nothing.</summary>
    /// <param name="tasks">Pieces of work.</param>
    /// <param name="where">For messages.</param>
    /// <param name="run">Runs ranges one after the other on fresh outputs and returns those.</param>
    /// <param name="before">What fresh outputs hold, one after the other, where the kernel adds to them; otherwise they are unwritten.</param>
    public static void ShouldNotMatter(int tasks, string where, Func<(int First, int Last)[], float[][]> run, params float[][] before)
    {
        float[][] whole = run([(0, tasks)]);
        foreach ((string name, (int, int)[] ranges) in Of(tasks))
        {
            float[][] parts = run(ranges);
            parts.Length.ShouldBe(whole.Length);
            for (int i = 0; i < parts.Length; i++) Support.Runs.ShouldBeBitwise(parts[i], whole[i], $"{where}: output {i}, {name}");
        }

        float[][] untouched = run([(0, 0), (tasks, tasks)]);
        for (int i = 0; i < untouched.Length; i++)
        {
            float[] fresh = before.Length > 0 ? before[i] : Enumerable.Repeat(KernelRun.Sentinel, untouched[i].Length).ToArray();
            Support.Runs.ShouldBeBitwise(untouched[i], fresh, $"{where}: output {i}, an empty share of the work");
        }
    }
}
