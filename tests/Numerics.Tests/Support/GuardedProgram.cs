using System.Reflection;
using EfficientNet.Compiler.Planning.Training;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>A network's training code whose steps run in guarded buffers, slots apart: they are filled from the trainer's memory, and brought back.</summary>
/// <param name="inner">The generated code.</param>
/// <param name="plan">Its plan, with slots on pages of their own.</param>
/// <param name="guard">On which side of the other buffers the forbidden page lies.</param>
internal sealed unsafe class GuardedProgram(TrainingProgram inner, TrainingPlan plan, Guard guard) : TrainingProgram(inner.Description)
{
    private const int Lanes = 16;

    private readonly StepMethod _step = Method<StepMethod>(inner, nameof(Step));
    private readonly UpdateMethod _update = Method<UpdateMethod>(inner, nameof(Update));
    private Buffers? _buffers;

    private delegate void StepMethod(in TrainingFrame frame);

    private delegate void UpdateMethod(in UpdateFrame frame);

    protected override CompiledNetwork Load(Stream weights, string name, NetworkOptions? options) => throw new NotSupportedException();

    protected override void Step(in TrainingFrame frame)
    {
        // The trainer has one buffer for all workers' scratch and one frame for each: the first worker makes ours.
        if (frame.Worker == 0) _buffers = new Buffers(Description, plan, frame, guard);
        frame.Barrier.Wait();
        TrainingFrame guarded = _buffers!.Frame(frame);
        _step(in guarded);
        frame.Barrier.Wait();
        if (frame.Worker != 0) return;
        _buffers.BringBack(frame);
        _buffers.Dispose();
    }

    protected override void Update(in UpdateFrame frame) => _update(in frame);

    protected override void Norm(in UpdateFrame frame) => throw new NotSupportedException();

    protected override void Average(in UpdateFrame frame) => throw new NotSupportedException();

    private static T Method<T>(TrainingProgram program, string name)
        where T : Delegate =>
        program.GetType().GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<T>(program);

    private sealed class Buffers : IDisposable
    {
        private readonly TrainingPlan _plan;
        private readonly int _images;
        private readonly GuardedBuffer _input, _targets, _logits, _loss, _options, _parameters, _gradients, _statistics, _masks, _maps, _vectors, _records;
        private readonly GuardedBuffer? _inputGradient;
        private readonly GuardedBuffer[] _scratch;

        public Buffers(TrainingDescription description, TrainingPlan plan, in TrainingFrame frame, Guard guard)
        {
            NetworkDescription network = description.Network;
            _plan = plan;
            _images = (int)frame.Images;
            long image = (long)network.InputChannels * network.Resolution * network.Resolution;
            _input = Copy(frame.Input, _images * image, guard);
            _inputGradient = frame.InputGradient == null ? null : new GuardedBuffer(_images * image, guard);
            _targets = Copy(frame.Targets, Whole((long)_images * network.Classes), guard);
            _logits = new GuardedBuffer(_images * Whole(network.Classes), guard);
            _loss = new GuardedBuffer(Whole(_images), guard);
            _options = Copy(frame.LossOptions, Lanes, guard);
            _parameters = Copy(frame.Parameters, description.ParameterFloats, guard);
            _gradients = Copy(frame.Gradients, description.ParameterFloats, guard);
            _statistics = Copy(frame.Statistics, description.StatisticsFloats, guard);
            _masks = Copy(frame.Masks, _images * description.MaskFloats, guard);
            _maps = SlotPages.Allocate(plan.Maps, images: _images);
            _vectors = SlotPages.Allocate(plan.Vectors, times: _images);
            _records = SlotPages.Allocate(plan.Records);
            _scratch = Enumerable.Range(0, (int)frame.Workers).Select(_ => new GuardedBuffer(description.ScratchFloats, guard)).ToArray();
            _maps.Length.ShouldBe(_images * description.MapFloats);
            _vectors.Length.ShouldBe(_images * description.VectorFloats);
            _records.Length.ShouldBe(description.RecordFloats);
        }

        public TrainingFrame Frame(in TrainingFrame frame) => frame with
        {
            Input = _input.Pointer,
            InputGradient = _inputGradient is null ? null : _inputGradient.Pointer,
            Targets = _targets.Pointer,
            Logits = _logits.Pointer,
            Loss = _loss.Pointer,
            LossOptions = _options.Pointer,
            Parameters = _parameters.Pointer,
            Gradients = _gradients.Pointer,
            Statistics = _statistics.Pointer,
            Masks = _masks.Pointer,
            Maps = _maps.Pointer,
            Vectors = _vectors.Pointer,
            Records = _records.Pointer,
            Scratch = _scratch[frame.Worker].Pointer,
        };

        public void BringBack(in TrainingFrame frame)
        {
            SlotPages.Underrun(_maps, _plan.Maps, images: _images).ShouldBeEmpty("maps before which something was written");
            SlotPages.Underrun(_vectors, _plan.Vectors, times: _images).ShouldBeEmpty("vectors before which something was written");
            SlotPages.Underrun(_records, _plan.Records).ShouldBeEmpty("records before which something was written");
            if (_inputGradient is { } gradient) Return(gradient, frame.InputGradient);
            Return(_logits, frame.Logits);
            Return(_loss, frame.Loss);
            Return(_gradients, frame.Gradients);
            Return(_statistics, frame.Statistics);
        }

        public void Dispose()
        {
            _inputGradient?.Dispose();
            GuardedBuffer[] others = [_input, _targets, _logits, _loss, _options, _parameters, _gradients, _statistics, _masks, _maps, _vectors, _records, .. _scratch];
            foreach (GuardedBuffer buffer in others) buffer.Dispose();
        }

        private static long Whole(long floats) => (floats + Lanes - 1) / Lanes * Lanes;

        private static GuardedBuffer Copy(float* from, long floats, Guard guard) => GuardedBuffer.Of(new ReadOnlySpan<float>(from, checked((int)floats)), guard);

        private static void Return(GuardedBuffer buffer, float* to) => buffer.Span.CopyTo(new Span<float>(to, checked((int)buffer.Length)));
    }
}
