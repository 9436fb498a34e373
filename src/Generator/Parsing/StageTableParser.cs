using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Parsing;

/// <summary>Reads a stage table that the spec brings itself.</summary>
internal static class StageTableParser
{
    /// <summary>The table, or nothing where the family's holds.</summary>
    public static EquatableArray<StageSpec>? Read(ObjectReader root, FamilyPreset family)
    {
        if (root.Array("stages") is not { } rows) return null;
        var stages = new List<StageSpec>();
        for (int i = 0; i < rows.Count; i++)
        {
            ObjectReader? row = root.Object(rows[i], $"stages[{Numbers.Show(i)}]", SpecFormat.Stage, SpecFormat.Stage.Describe());
            if (row is not null) stages.Add(Row(row, family));
        }

        return stages.ToEquatableArray();
    }

    private static StageSpec Row(ObjectReader row, FamilyPreset family)
    {
        BlockKind block = row.Choice("block", BlockKind.MBConv);
        bool separable = block == BlockKind.DepthwiseSeparable;
        if (!separable) row.Require("expansion");
        int expansion = row.Integer("expansion", 1);
        if (separable && expansion != 1)
        {
            row.Contradiction(row.Find("expansion")!, "a depthwiseSeparable block has no expansion: 'expansion' can only be 1");
        }

        int kernel = row.Integer("kernel", 3);
        double squeezeExcite = row.Number("squeezeExcite", block == BlockKind.MBConv ? family.SqueezeExcite : 0);
        if (block == BlockKind.FusedMBConv)
        {
            if (kernel == 1) row.Contradiction(row.Find("kernel")!, "a fused block's kernel is dense: 'kernel' can only be 3 or more");
            if (squeezeExcite > 0) row.Contradiction(row.Find("squeezeExcite")!, "a fused block has no squeeze-excite: 'squeezeExcite' can only be 0");
        }

        return new StageSpec
        {
            Block = block,
            Kernel = kernel,
            Stride = row.Integer("stride", 1),
            Expansion = expansion,
            Channels = row.Integer("channels", 16),
            Repeats = row.Integer("repeats", 1),
            DepthScaled = row.Flag("depthScaled", true),
            SqueezeExcite = squeezeExcite,
        };
    }
}
