using EfficientNet.Training.Tests.Networks;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests;

/// <summary>From files to a trainer, as docs/training-data.md shows it.</summary>
public class TrainingFromFilesTests
{
    [Fact]
    public void A_trainer_learns_to_tell_dark_from_bright_pictures_of_a_folder()
    {
        using var folder = new TemporaryFolder();
        string[] classes = ["bright", "dark", "grey"];
        for (int i = 0; i < 8; i++)
        {
            folder.Png($"bright/{i}.png", 220 + i, 225);
            folder.Png($"dark/{i}.png", 10 + i, 15);
            folder.Png($"grey/{i}.png", 120 + i, 125);
        }

        ImageFolder pictures = ImageFolder.Open(folder.Root, classes);
        DatasetCheck.Check(pictures);
        (DatasetSubset train, DatasetSubset validation) = DatasetSplit.Split(pictures, share: 0.25, seed: 1);
        using var trainer = new Trainer(Tiny.CreateTraining(), new TrainerOptions { Threads = 2, MaximumBatch = 9 });
        Initialisation.Apply(trainer, seed: 1);
        using var batches = new BatchLoader(
            train, Tiny.Description.Preprocessing, new BatchLoaderOptions { BatchSize = 9, Seed = 1, Augmentation = Augmentation.Standard });
        var losses = new List<double>();
        for (int step = 0; step < 60; step++)
        {
            Batch batch = batches.Take();
            losses.Add(trainer.Accumulate(batch.Images, batch.Labels));
            trainer.Update(new AdamWOptimizer(), 0.01);
        }

        losses.TakeLast(5).Average().ShouldBeWithin(0.2 * losses.Take(5).Average());
        validation.Count.ShouldBe(6);
        using var evaluation = new BatchLoader(validation, Tiny.Description.Preprocessing, BatchLoaderOptions.ForEvaluation(6));
        Batch all = evaluation.Take();
        trainer.Accumulate(all.Images, all.Labels).ShouldBeWithin(0.5);
    }
}
