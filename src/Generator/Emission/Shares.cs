using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission;

/// <summary>A worker's share of a step, as generated code says it: the number of its first piece and of the one behind its last.</summary>
internal static class Shares
{
    /// <summary>Declares what the shares go by.</summary>
    public static void Declare(SourceWriter writer)
    {
        writer.Line("nint me = frame.Worker;");
        writer.Line("nint all = frame.Workers;");
        for (int half = 0; half < 2; half++) writer.Line($"var {Half(half)} = new HalfShare({half}, me, all);");
        writer.Line("var own = new CopyShare(me, all);");
    }

    /// <summary>Of pieces that all workers share.</summary>
    public static string Of(int pieces) => pieces == 1 ? "me == 0 ? 0 : 1, 1" : $"{pieces} * me / all, {pieces} * (me + 1) / all";

    /// <summary>Of the pieces of one of two halves, of which an even number of workers shares each.</summary>
    private static string OfHalf(int half, int pieces) => $"{Half(half)}.First({pieces}), {Half(half)}.Last({pieces})";

    /// <summary>Of the pieces of one of a step's calls: the only one, or one for each half.</summary>
    public static string OfCall(int call, int calls, int pieces) => calls == 1 ? Of(pieces) : OfHalf(call, pieces);

    /// <summary>Of the pieces of both halves, numbered through.</summary>
    public static string OfHalves(MapHalves halves)
    {
        (int first, int second) = (halves.Length(0), halves.Length(1));
        if (first == second) return Of(first + second);
        string Bound(string end) => $"{Half(0)}.{end}({first}) + {Half(1)}.{end}({second})";
        return $"{Bound("First")}, {Bound("Last")}";
    }

    /// <summary>Of the pieces of this worker's copy.</summary>
    public static string OfCopy(int pieces) => $"own.First({pieces}), own.Last({pieces})";

    /// <summary>What has to be added to a place in the first copy where this worker's own is meant.</summary>
    /// <param name="apart">Floats from the first copy to the second.</param>
    public static string ToCopy(long apart) => $" + own.Copy * {apart}";

    private static string Half(int half) => $"h{half + 1}";
}
