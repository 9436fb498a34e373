using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>The gates that are tested: few and many channels, sums per group or per band, applied to a map or kept.</summary>
internal static class GateCases
{
    public static Dictionary<string, GateKernel> Sweep()
    {
        var kernels = new Dictionary<string, GateKernel>();
        // Channels, blocks of a group, squeezed channels, bands, positions, activation; whether gates are kept.
        (int Channels, int Group, int Squeeze, int Bands, int Positions, ActivationKind Activation, bool KeepsGates)[] shapes =
        [
            (16, 1, 1, 1, 1, ActivationKind.Relu, false), (20, 2, 4, 1, 16, ActivationKind.Relu6, false), (96, 3, 6, 1, 49, ActivationKind.Silu, false),
            (112, 7, 17, 1, 7, ActivationKind.HardSwish, false), (48, 1, 10, 2, 64, ActivationKind.Relu, false), (160, 5, 33, 3, 196, ActivationKind.Silu, false),
            (32, 2, 8, 4, 256, ActivationKind.Relu, true), (36, 1, 9, 1, 100, ActivationKind.Relu6, true), (50, 2, 16, 2, 1024, ActivationKind.Relu, true),
            (144, 3, 48, 1, 196, ActivationKind.Silu, true), (7, 1, 2, 1, 25, ActivationKind.Silu, true), (96, 6, 4, 7, 784, ActivationKind.Silu, true),
        ];
        foreach (var shape in shapes)
        {
            int blocks = MapLayout.Blocks(shape.Channels), squeezeBlocks = MapLayout.Blocks(shape.Squeeze);
            bool banded = shape.Bands > 1;
            var kernel = new GateKernel
            {
                Blocks = blocks,
                GroupBlocks = shape.Group,
                Groups = blocks / shape.Group,
                Squeeze = shape.Squeeze,
                Activation = shape.Activation,
                Reduce = banded ? new SqueezeKernel(shape.Group, squeezeBlocks, shape.Bands, blocks * MapLayout.Lanes, shape.Positions) : null,
                // A group's reduction weights lie among its other weights.
                GroupStride = banded ? (shape.Group * squeezeBlocks * MapLayout.Lanes + 3) * MapLayout.Lanes : 0,
                Positions = shape.Positions,
                KeepsGates = shape.KeepsGates,
            };
            kernels.Add($"{kernel.Name}_{shape.Channels}_{shape.Activation}_bands{shape.Bands}", kernel);

            // A map may lie in halves; the positions are one column, whose first third of the rows is one half.
            var map = new Shape(shape.Channels, shape.Positions, 1);
            if (shape.KeepsGates || (!banded && blocks == 1)) continue;
            MapHalves halves = banded ? new(map, OfRows: true, (shape.Positions + 2) / 3) : new(map, OfRows: false, (blocks + 1) / 2);
            kernels.Add($"{kernel.Name}_{shape.Channels}_{shape.Activation}_bands{shape.Bands}_halves", kernel with { Halves = halves });
        }

        return kernels;
    }
}
