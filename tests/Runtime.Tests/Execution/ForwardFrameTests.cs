namespace EfficientNet.Runtime.Tests.Execution;

/// <summary>Arenas that a generated loop would go through for ever are refused.</summary>
public unsafe class ForwardFrameTests
{
    [Theory]
    [InlineData(0, 1, "arenaStride")]
    [InlineData(-16, 1, "arenaStride")]
    [InlineData(16, 0, "imagesAtOnce")]
    public void Arenas_follow_each_other_and_are_one_at_least(int stride, int images, string parameter) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Frame(stride, images)).ParamName.ShouldBe(parameter);

    [Fact]
    public void The_arena_of_an_image_lies_a_stride_behind_the_one_before()
    {
        ForwardFrame frame = Frame(stride: 32, images: 3);
        ((nint)frame.ArenaOf(2)).ShouldBe(2 * 32 * sizeof(float));
    }

    private static ForwardFrame Frame(int stride, int images) => new(
        null, null, null, null, null, stride, images, null, null, null, images: images, worker: 0, workers: 1, new TeamBarrier(1), InstructionSet.Portable);
}
