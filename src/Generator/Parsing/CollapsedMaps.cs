using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Parsing;

/// <summary>Finds a resolution that is used up before the last convolution of stride 2.</summary>
/// <remarks>
/// Under both ways to pad, a side n becomes ⌈n / 2⌉, which is never 0: such a network runs, and as PyTorch runs it. But all
/// that its later kernels see beside one position is padding, which nobody means; hence a warning.
/// </remarks>
internal static class CollapsedMaps
{
    public static void Check(ObjectReader root, ArchitectureSpec spec, DiagnosticBag diagnostics)
    {
        int side = spec.Scaling.Resolution;
        int halvings = 1 + spec.Stages.Count(stage => stage.Stride == 2);
        string? first = side == 1 ? "the stem" : null;
        side = Halve(side);
        for (int i = 0; i < spec.Stages.Count && first is null; i++)
        {
            if (spec.Stages[i].Stride == 1) continue;
            if (side == 1) first = $"stage {Numbers.Show(i + 1)}";
            side = Halve(side);
        }

        if (first is null) return;
        // The last of h halvings still has two positions to halve where 2^(h − 1) < resolution.
        long least = (1L << (halvings - 1)) + 1;
        string expected = least <= SpecFormat.MaximumSide
            ? $"a resolution of at least {Numbers.Show(least)}"
            : $"fewer strides of 2, for {Numbers.Show(halvings)} use up every resolution to {Numbers.Show(SpecFormat.MaximumSide)}";
        JsonNode at = root.Find("resolution") ?? root.Find("phi")!;
        diagnostics.Warning(DiagnosticIds.CollapsedMap, at, Numbers.Show(spec.Scaling.Resolution), first, expected);
    }

    private static int Halve(int side) => (side + 1) / 2;
}
