using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>Squeeze-excite's gates, applied to a map or kept for the projection.</summary>
public class GateTests
{
    private static readonly Dictionary<string, GateKernel> Kernels = GateCases.Sweep();

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("Gate", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gates_are_made(InstructionSet set, string title)
    {
        GateKernel kernel = Kernels[title];
        foreach (Data data in Enum.GetValues<Data>())
        {
            if (data == Data.WholeNumbers && !GateProblem.IsExact(kernel)) continue;
            GateProblem problem = GateProblem.Of(title, kernel, data, set);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                using KernelRun run = problem.Prepare(Library.Value[set, title], guard);
                run.Call(0, kernel.Blocks);
                Judge.Floats(problem.Made(run), problem.Expected, problem.Errors, data, $"{set}, {data}, guard {guard}, {title}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_split_of_the_blocks_gives_the_same_bits(InstructionSet set, string title)
    {
        GateKernel kernel = Kernels[title];
        GateProblem problem = GateProblem.Of(title, kernel, Data.Reals, set);
        float[]? whole = null;
        // A map is gated in place: each way of sharing starts from fresh buffers.
        foreach ((string name, (int First, int Last)[] ranges) in Splits.Of(kernel.Blocks).Prepend(("all", [(0, kernel.Blocks)])))
        {
            using KernelRun run = problem.Prepare(Library.Value[set, title], Guard.After);
            foreach ((int first, int last) in ranges)
            {
                run.Forget("scratch");
                run.Call(first, last);
            }

            float[] made = problem.Made(run);
            whole ??= made;
            made.ShouldBeBitwise(whole, $"{set}, {title}, {name}");
        }
    }
}
