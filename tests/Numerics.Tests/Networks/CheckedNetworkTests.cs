using System.Diagnostics;
using EfficientNet.Compiler;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Networks;

/// <summary>A network that checks its use of memory computes the bits of one that does not, and finds what plans and code do wrong that are broken here on purpose.</summary>
public class CheckedNetworkTests(ITestOutputHelper output)
{
    private const string Text = """
        {"name": "Watched", "resolution": 17, "classes": 3, "head": {"rule": "fixed", "channels": 40},
         "stages": [{"kernel": 3, "stride": 2, "expansion": 2, "channels": 20, "repeats": 2, "squeezeExcite": 0.25}]}
        """;

    private static readonly ArchitectureSpec Plain = SpecTexts.Parse(Text, SpecTexts.OfTinyNetworks).Trained();

    private static readonly CompiledPlan Sound = NetworkCompiler.Plan(Plain with { Checked = true }, CancellationToken.None);

    /// <summary>The forward pass alone, on the instruction set that is compiled soonest: where code is broken, one will do.</summary>
    private static readonly CompiledPlan Forward = NetworkCompiler.Plan(
        Plain with { Checked = true, Training = false, InstructionSets = new[] { Plain.InstructionSets[^1] }.ToEquatableArray() }, CancellationToken.None);

    private static readonly NetworkWeights Weights = NetworkWeights.ByRule(Sound.Training);

    private static readonly float[] Images = WeightRule.Input(3, Plain.Scaling.Resolution).ToFloats();

    private static readonly Lazy<GeneratedAssembly> Watched = new(() => GeneratedAssembly.OfPlan(Sound));

    [Fact]
    public void A_forward_pass_has_the_bits_of_one_without_checks()
    {
        foreach (InstructionSet set in InstructionSets.Available)
        {
            using CompiledNetwork expected = GeneratedAssembly.Of(Plain).Load(Weights.File, set), network = Watched.Value.Load(Weights.File, set);
            (float[] logits, float[] features) = expected.Forward(Images, threads: 1);
            foreach (int threads in new[] { 1, 3 })
            {
                (float[] l, float[] f) = network.Forward(Images, threads, maximumBatch: 2);
                l.ShouldBeBitwise(logits, $"{set}, {threads} threads: logits");
                f.ShouldBeBitwise(features, $"{set}, {threads} threads: features");
            }

            Dictionary<string, Tensor> maps = expected.Trace(Images[..(Images.Length / 3)], threads: 1);
            foreach ((string name, Tensor map) in network.Trace(Images[..(Images.Length / 3)], threads: 2)) map.Data.ShouldBe(maps[name].Data, $"{set}: {name}");
        }
    }

    /// <summary>B0 on the widest instruction set always, the others and every set by hand.</summary>
    public static TheoryData<string> Published => LargestNetworks.AreAskedFor ? ["EfficientNetB0", "EfficientNetB3", "EfficientNetB7"] : ["EfficientNetB0"];

    [Theory]
    [MemberData(nameof(Published))]
    public void A_published_network_keeps_to_its_memory(string name)
    {
        ArchitectureSpec spec = SpecTexts.Shipped(name) with { Checked = true };
        if (!LargestNetworks.AreAskedFor) spec = spec with { InstructionSets = new[] { Plain.InstructionSets[0] }.ToEquatableArray() };
        GeneratedAssembly assembly = GeneratedAssembly.OfAll([spec])[0];
        NetworkWeights weights = NetworkWeights.ByRule(spec.TrainingGraph());
        float[] images = WeightRule.Input(2, spec.Scaling.Resolution).ToFloats();
        foreach (InstructionSet set in assembly.RunningHere())
        {
            using CompiledNetwork network = assembly.Load(weights.File, set);
            var clock = Stopwatch.StartNew();
            network.Forward(images, threads: 2).Logits.ShouldAllBe(value => float.IsFinite(value));
            output.WriteLine($"{name}, {set}: {clock.ElapsedMilliseconds} ms");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_training_step_has_the_bits_of_one_without_checks(int firstTrained)
    {
        foreach (InstructionSet set in InstructionSets.Available)
        {
            Dictionary<string, float[]> expected = Gradients(GeneratedAssembly.Of(Plain), set, threads: 1, firstTrained);
            foreach ((string name, float[] values) in Gradients(Watched.Value, set, threads: 2, firstTrained)) values.ShouldBeBitwise(expected[name], $"{set}: {name}");
        }
    }

    [Fact]
    public void A_step_that_reads_what_was_taken_back_is_found()
    {
        (int step, AddHalvesStep sum) = StepOf<AddHalvesStep>(step => step.Residual >= 0);
        EquatableArray<Slot> slots = Shortened(Forward.Execution.Slots, sum.Residual, step - 1);
        string message = Found(Forward with { Execution = Forward.Execution with { Slots = slots } });
        message.ShouldStartWith($"Watched, step {step} ({sum.Name} sum of halves + residual, {sum.Kernel.Name}): ");
        message.ShouldContain($"slot '{Forward.Execution.Slots[sum.Output].Name}' was computed from memory that holds nothing");
    }

    [Fact]
    public void A_step_that_reads_behind_its_slot_is_found()
    {
        (int step, DepthwiseStep depthwise) = StepOf<DepthwiseStep>(_ => true);
        (Slot input, Slot output) = (Forward.Execution.Slots[depthwise.Input], Forward.Execution.Slots[depthwise.Output.First]);
        Found(Forward, step, $"a[{output.At + 5}] += a[{input.At + input.Floats}]")
            .ShouldContain($"float 5 of arena slot '{output.Name}' was computed from memory that holds nothing");
    }

    [Fact]
    public void A_step_that_writes_behind_or_before_its_slot_is_found()
    {
        (int step, DepthwiseStep depthwise) = StepOf<DepthwiseStep>(_ => true);
        Slot output = Forward.Execution.Slots[depthwise.Output.First];
        Found(Forward, step, $"a[{output.At + output.Floats}] = 1").ShouldContain($"the arena was written where no slot is alive, float 0 behind the end of slot '{output.Name}'");
        Found(Forward, step, $"a[{output.At - 1}] = 1").ShouldContain($"1 float before slot '{output.Name}'");
    }

    [Fact]
    public void A_step_that_writes_what_was_taken_back_is_found()
    {
        // In the last step hardly anything is alive: the end of the arena held the widest maps.
        int last = Forward.Execution.Steps.Count - 1;
        long place = Forward.Execution.ArenaFloats - ArenaLayout.GuardFloats - 1;
        Slot slot = Forward.Execution.Slots.First(slot => slot.At <= place && place < slot.At + slot.Floats);
        slot.LastStep.ShouldBeLessThan(last);
        Found(Forward, last, $"a[{place}] = 0").ShouldContain($"'{slot.Name}' was until step {slot.LastStep}");
    }

    [Fact]
    public void A_step_that_writes_behind_its_scratch_is_found()
    {
        long floats = Forward.Execution.ScratchFloats - ArenaLayout.GuardFloats;
        Found(Forward, 1, $"s[{floats + 2}] = 0").ShouldEndWith($"worker 0 wrote float 2 behind the end of its scratch of {floats} floats");
    }

    [Fact]
    public void A_training_step_that_reads_what_was_taken_back_is_found()
    {
        CompiledPlan plan = Sound with { Spec = Sound.Spec with { InstructionSets = Forward.Spec.InstructionSets } };
        int longest = Enumerable.Range(0, plan.Step!.Maps.Count).MaxBy(i => plan.Step.Maps[i].LastStep - plan.Step.Maps[i].FirstStep);
        Slot slot = plan.Step.Maps[longest];
        plan = plan with { Step = plan.Step with { Maps = Shortened(plan.Step.Maps, longest, slot.LastStep - 1) } };
        string message = Should.Throw<MemoryCheckException>(() => Gradients(GeneratedAssembly.OfPlan(plan), InstructionSets.Available.Min(), threads: 2, firstTrained: 0)).Message;
        message.ShouldStartWith($"Watched, step {slot.LastStep} (backward, ");
        message.ShouldContain("was computed from memory that holds nothing");
    }

    private static (int Number, T Step) StepOf<T>(Func<T, bool> which)
        where T : Step =>
        Forward.Execution.Steps.Select((step, i) => (i, step as T)).Where(pair => pair.Item2 is { } step && which(step)).Select(pair => (pair.i, pair.Item2!)).First();

    private static EquatableArray<Slot> Shortened(EquatableArray<Slot> slots, int index, int lastStep) =>
        slots.Select((slot, i) => i == index ? slot with { LastStep = lastStep } : slot).ToEquatableArray();

    /// <summary>What is said of a plan whose code does something more in a step.</summary>
    private string Found(CompiledPlan plan, int step, string statement)
    {
        string check = $"ForwardCheck.Check(in frame, {step});";
        return Found(plan, code => code.Replace(check, $"if (me == 0) {statement};\n{check}", StringComparison.Ordinal));
    }

    private string Found(CompiledPlan plan, Func<string, string>? change = null)
    {
        using CompiledNetwork network = GeneratedAssembly.OfPlan(plan, change).Load(Weights.File, InstructionSets.Available.Min());
        using Session session = network.CreateSession(threads: 2);
        var logits = new float[3 * Plain.Classes];
        string message = Should.Throw<MemoryCheckException>(() => session.Forward(Images, logits)).Message;
        output.WriteLine(message);
        // The session goes on to be used, and the next pass is checked from new.
        Should.Throw<MemoryCheckException>(() => session.Forward(Images, logits)).Message.ShouldBe(message);
        return message;
    }

    private static Dictionary<string, float[]> Gradients(GeneratedAssembly assembly, InstructionSet set, int threads, int firstTrained)
    {
        using Trainer trainer = TrainerStart.Start(assembly, Weights.Tensors, Naming.TorchVision, set, threads, batch: 3);
        trainer.FirstTrained = firstTrained;
        trainer.Accumulate(Images, [0, 1, 2]);
        return TrainerStart.Results(trainer, Naming.TorchVision);
    }
}
