using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission.Training;

/// <summary>Writes what a network that can be trained has beside the others: the program that a trainer drives, and its description.</summary>
internal static class TrainingText
{
    /// <summary>The class's public member, and the bodies that other files bring.</summary>
    public static void WriteSurface(SourceWriter writer, CompiledPlan plan)
    {
        writer.Line();
        writer.Line("/// <summary>The network's training code, which a trainer of EfficientNet.Training drives.</summary>");
        writer.Line("public static TrainingProgram CreateTraining() => new TrainingCode();");
        writer.Line();
        using (writer.Block("private sealed class TrainingCode : TrainingProgram"))
        {
            writer.Line("public TrainingCode()");
            writer.Line("    : base(CreateTrainingDescription())");
            using (writer.Block())
            {
            }

            writer.Line();
            writer.Line("/// <inheritdoc/>");
            writer.Line($"protected override CompiledNetwork Load(global::System.IO.Stream weights, string name, NetworkOptions? options) => global::{plan.Spec.Namespace}.{plan.Spec.Name}.Load(weights, name, options);");
            writer.Line();
            writer.Line("/// <inheritdoc/>");
            writer.Line("protected override void Step(in TrainingFrame frame) => TrainingStepCore(in frame);");
            writer.Line();
            writer.Line("/// <inheritdoc/>");
            writer.Line("protected override void Update(in UpdateFrame frame) => UpdateCore(in frame);");
            writer.Line();
            writer.Line("/// <inheritdoc/>");
            writer.Line("protected override void Norm(in UpdateFrame frame) => NormCore(in frame);");
            writer.Line();
            writer.Line("/// <inheritdoc/>");
            writer.Line("protected override void Average(in UpdateFrame frame) => AverageCore(in frame);");
        }

        writer.Line();
        using (writer.Block("private static TrainingDescription CreateTrainingDescription()"))
        {
            writer.Line("TrainingDescription? description = null;");
            writer.Line("DescribeTrainingCore(ref description);");
            writer.Line("return description!;");
        }

        writer.Line();
        writer.Line("static partial void DescribeTrainingCore(ref TrainingDescription? description);");
        writer.Line();
        writer.Line("static partial void TrainingStepCore(in TrainingFrame frame);");
        writer.Line();
        writer.Line("static partial void UpdateCore(in UpdateFrame frame);");
        writer.Line();
        writer.Line("static partial void NormCore(in UpdateFrame frame);");
        writer.Line();
        writer.Line("static partial void AverageCore(in UpdateFrame frame);");
    }

    /// <summary>Places and lengths.</summary>
    public static void WriteDescription(SourceWriter writer, CompiledPlan plan, TrainingPlan training)
    {
        using (writer.Block(Header.Class(plan.Spec)))
        using (writer.Block("static partial void DescribeTrainingCore(ref TrainingDescription? description)"))
        using (writer.Block("description = new TrainingDescription", "};"))
        {
            TrainingSizes sizes = training.Sizes;
            writer.Line("Network = Description,");
            writer.Line($"InstructionSets = {DescriptionText.InstructionSets(VectorIsa.TrainedBy(plan.Spec))},");
            writer.Line($"Parts = new[] {{ {string.Join(", ", training.Sections.Where(section => !section.Backward).Select(section => Header.Text(section.Name)))} }},");
            writer.Line($"PartsAt = new long[] {{ {string.Join(", ", training.PartsAt)} }},");
            writer.Line($"ParameterFloats = {sizes.Parameters},");
            writer.Line($"StatisticsFloats = {sizes.Statistics},");
            writer.Line($"MapFloats = {sizes.MapsOfImage},");
            writer.Line($"VectorFloats = {sizes.VectorsOfImage},");
            writer.Line($"RecordFloats = {sizes.Records},");
            writer.Line($"ScratchFloats = {sizes.Scratch},");
            writer.Line($"MaskFloats = {sizes.MasksOfImage},");
            DescriptionText.WriteWeights(writer, training.Convolutions.Select(place => place.Packed));
            using (writer.Block("BatchNorms = new BatchNormPlace[]", "},"))
            {
                foreach (NormPlace norm in training.Norms)
                {
                    writer.Line($"new({DescriptionText.Names(norm.Norm.Parameters)}, {norm.Norm.Output.Channels}, {norm.GammaAt}, {norm.BetaAt}, {norm.StatisticsAt}),");
                }
            }

            using (writer.Block("Masks = new MaskDescription[]", "},"))
            {
                foreach (MaskPlace mask in training.Masks)
                {
                    writer.Line($"new({Header.Text(mask.Name)}, {Header.Literal(mask.Rate)}, {mask.Elements}, {mask.At}, {mask.Floats}),");
                }
            }
        }
    }
}
