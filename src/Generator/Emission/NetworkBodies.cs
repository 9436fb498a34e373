using System.Threading;
using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Emission.Training;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission;

/// <summary>Writes what only the compiler needs: description, dispatch, and for each instruction set a schedule and its kernels.</summary>
internal static class NetworkBodies
{
    public static IEnumerable<GeneratedFile> Write(CompiledPlan plan, CancellationToken token)
    {
        yield return new($"{plan.Spec.Name}.Description.g.cs", Header.File(plan, writer => DescriptionText.Write(writer, plan), "EfficientNet.Runtime"));
        yield return new($"{plan.Spec.Name}.Dispatch.g.cs", Header.File(plan, writer => WriteDispatch(writer, plan),
            "System.Runtime.Intrinsics.X86", "EfficientNet.Runtime"));
        if (plan.Spec.Checked) yield return new($"{plan.Spec.Name}.Checks.g.cs", Header.File(plan, writer => ChecksText.Write(writer, plan), "EfficientNet.Runtime"));
        if (plan.Step is { } described)
        {
            yield return new($"{plan.Spec.Name}.Training.g.cs", Header.File(plan, writer => TrainingText.WriteDescription(writer, plan, described), "EfficientNet.Runtime"));
            yield return new($"{plan.Spec.Name}.Training.Schedule.g.cs", Header.KernelFile(plan, writer =>
            {
                using (writer.Block(Header.Class(plan.Spec))) TrainingSchedule.Write(writer, described, plan.Spec.Checked);
            }, "EfficientNet.Runtime"));
        }

        List<Kernel> kernels = KernelSet.Of(plan.Execution);
        foreach (VectorIsa isa in VectorIsa.CarriedBy(plan.Spec))
        {
            token.ThrowIfCancellationRequested();
            yield return Family(plan, isa, "Forward", context =>
            {
                context.WriteOptions();
                context.Writer.Line();
                ForwardSchedule.Write(context.Writer, plan, isa);
                context.Writer.Line();
                WriteTables(context);
                Functions.Write(context, plan.Spec.Classes);
            });
            foreach (IGrouping<string, Kernel> family in kernels.GroupBy(KernelSet.FamilyOf, StringComparer.Ordinal))
            {
                yield return Family(plan, isa, family.Key, context => WriteKernels(context, family));
            }

            foreach (GeneratedFile file in WriteTraining(plan, isa, kernels)) yield return file;
        }
    }

    /// <summary>
    /// A training step and its kernels. They are a class of their own: a name is a geometry there too, but another kernel may have it here. Kernels that the
    /// forward pass has already are the enclosing class's.
    /// </summary>
    private static IEnumerable<GeneratedFile> WriteTraining(CompiledPlan plan, VectorIsa isa, IReadOnlyCollection<Kernel> shared)
    {
        if (plan.Step is not { } step || !VectorIsa.TrainedBy(plan.Spec).Contains(isa)) yield break;
        yield return TrainingFamily("Step", context => TrainingSchedule.WriteStep(context.Writer, step, isa));
        yield return TrainingFamily("Optimizer", context => OptimizerText.Write(context));
        foreach (IGrouping<string, Kernel> family in KernelSet.Of(step.Calls.Select(call => call.Kernel)).Except(shared).GroupBy(KernelSet.FamilyOf, StringComparer.Ordinal))
        {
            yield return TrainingFamily(family.Key, context => WriteKernels(context, family));
        }

        GeneratedFile TrainingFamily(string family, Action<KernelContext> write) => Family(plan, isa, "Training." + family, context =>
        {
            using (context.Writer.Block("public static partial class Training")) write(new KernelContext(context.Writer, isa) { ExplainsOnce = true });
        });
    }

    private static void WriteKernels(KernelContext context, IEnumerable<Kernel> kernels)
    {
        bool first = true;
        foreach (Kernel kernel in kernels)
        {
            if (!first) context.Writer.Line();
            first = false;
            KernelSet.Write(context, kernel);
        }
    }

    private static GeneratedFile Family(CompiledPlan plan, VectorIsa isa, string family, Action<KernelContext> write) =>
        new($"{plan.Spec.Name}.{isa.Name}.{family}.g.cs", Header.KernelFile(plan, writer =>
        {
            using (writer.Block(Header.Class(plan.Spec)))
            {
                if (family == "Forward") writer.Line($"// {isa.Name}: vectors of {isa.Floats} floats, {isa.Registers} registers.");
                using (writer.Block($"private static partial class {isa.Name}Kernels")) write(new KernelContext(writer, isa));
            }
        }, Usings(isa)));

    private static string[] Usings(VectorIsa isa) => [.. Identifiers.Namespaces, $"V = System.Runtime.Intrinsics.{isa.Vector}"];

    /// <summary>The tables that the instruction set's activations read.</summary>
    public static void WriteTables(KernelContext context)
    {
        if (context.Isa == VectorIsa.Portable) return;
        if (context.Isa == VectorIsa.Avx512)
        {
            Functions.WriteTable(context.Writer, "SiluTable", "1 / (1 + e^a): for each degree 0 … 4 the coefficient of 32 intervals", SiluTable.Quartics.SelectMany(row => row));
        }

        var exponential = SiluExponential.Of(context.Isa);
        Functions.WriteTable(context.Writer, "ExpTable", exponential.TableMeaning, exponential.Table);
        Functions.WriteTablePointer(context.Writer);
    }

    private static void WriteDispatch(SourceWriter writer, CompiledPlan plan)
    {
        using (writer.Block(Header.Class(plan.Spec)))
        {
            writer.Line("// IsSupported is a constant for the JIT and for NativeAOT: families that can never run are not compiled.");
            VectorIsa[] carried = [.. VectorIsa.CarriedBy(plan.Spec)], trained = [.. VectorIsa.TrainedBy(plan.Spec)];
            WriteChoice(carried, "static partial void ForwardCore(in ForwardFrame frame)", "frame.InstructionSet", "Forward(in frame)");
            writer.Line();
            WriteChoice(carried, "static partial void SoftmaxCore(float* logits, float* probabilities, InstructionSet instructionSet)", "instructionSet", "Softmax(logits, probabilities)");
            writer.Line();
            WriteChoice(carried, "static partial void SigmoidsCore(float* logits, float* probabilities, InstructionSet instructionSet)", "instructionSet", "Sigmoids(logits, probabilities)");
            if (plan.Step is null) return;
            writer.Line();
            WriteChoice(trained, "static partial void TrainingStepCore(in TrainingFrame frame)", "frame.InstructionSet", "Training.TrainingStep(in frame)");
            foreach (string work in new[] { "Update", "Norm", "Average" })
            {
                writer.Line();
                WriteChoice(trained, $"static partial void {work}Core(in UpdateFrame frame)", "frame.InstructionSet", $"Training.{work}(in frame)");
            }
        }

        void WriteChoice(VectorIsa[] among, string method, string chosen, string call)
        {
            using (writer.Block(method))
            {
                string otherwise = "";
                foreach (VectorIsa isa in among)
                {
                    string condition = isa == VectorIsa.Portable ? "" : $"if ({(isa == VectorIsa.Avx512 ? "Avx512DQ.IsSupported" : "Avx2.IsSupported && Fma.IsSupported")} && {chosen} == InstructionSet.{isa.Name}) ";
                    writer.Line($"{otherwise}{condition}{isa.Name}Kernels.{call};");
                    otherwise = "else ";
                }

                // The runtime chooses among what the description names, so that only a frame made by hand gets here.
                if (!among.Contains(VectorIsa.Portable)) writer.Line($"else throw new global::System.PlatformNotSupportedException({chosen}.ToString());");
            }
        }
    }
}
