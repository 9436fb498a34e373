using System.Text.RegularExpressions;
using EfficientNet.Runtime;
using EfficientNet.Training.Tests.Networks;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests.Checkpoints;

/// <summary>What a checkpoint brings back, and what it refuses.</summary>
public class CheckpointTests
{
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(3, false)]
    public void Going_on_from_a_checkpoint_gives_the_bits_of_never_having_stopped(int optimizer, bool hasAverage)
    {
        using var folder = new TemporaryFolder();
        Optimizer rule = NumberedSteps.Optimizers[optimizer];
        using var straight = new NumberedSteps(rule, hasAverage);
        straight.GoTo(4);
        straight.Save(folder["a.safetensors"]);
        string saved = straight.Bits();
        straight.GoTo(9);

        using var resumed = new NumberedSteps(rule, hasAverage, threads: 2);
        resumed.GoTo(2);
        RunState state = resumed.Load(folder["a.safetensors"]);
        (state.Step, state.Epoch, state.Seed).ShouldBe((4, 1, 5UL));
        state.Facts.ShouldBe(straight.State.Facts, ignoreOrder: true);
        resumed.Bits().ShouldBe(saved);
        resumed.GoTo(9);
        resumed.Bits().ShouldBe(straight.Bits());
    }

    [Fact]
    public void Parts_that_were_unfrozen_later_go_on_with_the_updates_that_they_have_had()
    {
        using var folder = new TemporaryFolder();
        using var straight = new NumberedSteps();
        straight.Trainer.FirstTrained = straight.Trainer.Description.Parts.Count - 1;
        straight.GoTo(3);
        straight.Trainer.FirstTrained = 2;
        straight.GoTo(4);
        straight.Trainer.FirstTrained = 0;
        straight.GoTo(5);
        straight.Save(folder["a.safetensors"]);
        straight.GoTo(7);
        using var resumed = new NumberedSteps(threads: 2);
        resumed.Load(folder["a.safetensors"]);
        resumed.GoTo(7);
        resumed.Bits().ShouldBe(straight.Bits());
    }

    [Fact]
    public void A_checkpoint_before_the_first_update_has_no_memory_of_an_optimizer_and_takes_the_trainers_away()
    {
        using var folder = new TemporaryFolder();
        using var straight = new NumberedSteps();
        straight.Save(folder["0.safetensors"]);
        straight.GoTo(3);
        using var resumed = new NumberedSteps();
        resumed.GoTo(2);
        resumed.Load(folder["0.safetensors"]);
        resumed.GoTo(3);
        resumed.Bits().ShouldBe(straight.Bits());
    }

    [Fact]
    public void The_same_state_gives_the_same_bytes_and_gradients_half_accumulated_are_not_part_of_it()
    {
        using var folder = new TemporaryFolder();
        using var steps = new NumberedSteps();
        steps.GoTo(2);
        steps.Save(folder["a"]);
        using var again = new NumberedSteps();
        again.Load(folder["a"]);
        again.Save(folder["b"]);
        File.ReadAllBytes(folder["b"]).ShouldBe(File.ReadAllBytes(folder["a"]));
        steps.Trainer.Accumulate(new float[3 * 32 * 32], [1]);
        steps.Load(folder["a"]);
        steps.GoTo(4);
        again.GoTo(4);
        steps.Bits().ShouldBe(again.Bits());
    }

    [Fact]
    public void What_does_not_belong_here_is_refused_in_words_and_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        using var steps = new NumberedSteps();
        steps.GoTo(1);
        string before = steps.Bits();
        string dropout = Regex.Match(steps.Trainer.Description.Network.Spec!, "\"dropout\": [0-9.]+").Value;
        using var plain = new NumberedSteps(hasAverage: false);
        using var other = new Trainer(Digits.CreateTraining(), new TrainerOptions { MaximumBatch = 1 });

        steps.Save(folder["average"]);
        plain.Save(folder["plain"]);
        using (MovingAverage average = other.CreateAverage()) Checkpoint.Save(folder["ten"], other, average, new RunState());
        steps.Trainer.WriteWeights(folder["weights"], null);
        File.WriteAllText(folder["text"], "no tensors at all");
        Rewrite("average", "named", said => said["efficientnet.checkpoint.network"] = "Letters");
        Rewrite("average", "later", said => said["efficientnet.checkpoint.version"] = "4");
        Rewrite("average", "spec", said => said["efficientnet.checkpoint.spec"] = said["efficientnet.checkpoint.spec"].Replace(dropout, "\"dropout\": 0.375", StringComparison.Ordinal), rightChecksum: true);
        Rewrite("average", "steps", said => said["efficientnet.checkpoint.optimizer.steps"] = "1,1", rightChecksum: true);
        Rewrite("average", "no spec", said => said.Remove("efficientnet.checkpoint.spec"), rightChecksum: true);

        Refused("plain", "has no moving average, and the run keeps one");
        Should.Throw<CheckpointException>(() => plain.Load(folder["average"])).Reason.ShouldBe("has a moving average, and the run keeps none");
        Refused("ten", "tensor values/classifier.1.weight is [10, 320]: expected [7, 320]");
        Refused("weights", "is no checkpoint: its metadata have no version of one");
        Refused("later", "is a checkpoint of version 4: expected 3");
        int parts = steps.Trainer.Description.Parts.Count;
        Refused("steps", $"its metadata efficientnet.checkpoint.optimizer.steps are 1,1: expected {parts} whole numbers, one for each part of Digits, with commas between");
        Refused("spec", $"is of another spec of Digits: found \"dropout\": 0.375, expected {dropout.Split(' ')[1]}");
        Should.Throw<CheckpointException>(() => steps.Load(folder["no spec"])).Reason.ShouldStartWith("is of another spec of Digits: found none, expected {");
        Refused("named", "is damaged: its checksum is not that of its content");
        Should.Throw<CheckpointException>(() => steps.Load(folder["text"])).File.ShouldBe(folder["text"]);
        Should.Throw<CheckpointException>(() => steps.Load(folder["missing"])).Message.ShouldStartWith(folder["missing"] + ": ");
        steps.Bits().ShouldBe(before);

        void Refused(string name, string reason) => Should.Throw<CheckpointException>(() => steps.Load(folder[name])).Message.ShouldBe($"{folder[name]}: {reason}");

        void Rewrite(string from, string to, Action<Dictionary<string, string>> change, bool rightChecksum = false)
        {
            const string checksum = "efficientnet.checkpoint.xxh128";
            using WeightFile file = WeightFile.Open(folder[from]);
            var said = file.Metadata.ToDictionary();
            SafetensorsTensor[] tensors = file.Tensors.Select(tensor => new SafetensorsTensor(tensor.Name, tensor.Shape, file.ReadFloats(tensor.Name))).ToArray();
            change(said);
            if (rightChecksum && said.Remove(checksum)) said[checksum] = Checkpoint.Checksum(said, tensors);
            SafetensorsWriter.Write(folder[to], tensors, said);
        }
    }
}
