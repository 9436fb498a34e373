using System.Runtime.CompilerServices;
using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Weights;

/// <summary>Files of packed weights that are used where the system's file cache has them.</summary>
public sealed unsafe class MappedWeightsTests : IDisposable
{
    private static readonly NetworkOptions _mapped = new() { MapWeights = true };

    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public void A_mapped_file_is_used_where_it_lies_until_its_last_session_is_gone()
    {
        NetworkDescription network = SmallWeights.Network();
        using PackedWeights packed = Packed();
        Write(packed);
        PackedWeights mapped = WeightLoader.Load(network, _folder["w"], _mapped);
        ShouldBeMapped(true);
        Values(mapped).ShouldBe(Values(packed));

        // Another file takes its name: what is mapped stays.
        packed.Pointer[0]++;
        Write(packed);
        Values(mapped).ShouldNotBe(Values(packed));

        float* held = mapped.Acquire();
        mapped.Dispose();
        ShouldBeMapped(true);
        held[1].ShouldBe(packed.Pointer[1]);
        mapped.Release();
        mapped.IsFreed.ShouldBeTrue();
        ShouldBeMapped(false);
    }

    [Fact]
    public void A_mapped_file_that_nobody_disposes_is_given_back_by_finalizers()
    {
        using (PackedWeights packed = Packed())
            Write(packed);
        Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        ShouldBeMapped(false);

        [MethodImpl(MethodImplOptions.NoInlining)]
        void Forget()
        {
            PackedWeights mapped = WeightLoader.Load(SmallWeights.Network(), _folder["w"], _mapped);
            mapped.Length.ShouldBe(208);
            ShouldBeMapped(true);
            // Another test's collection must not be sooner.
            GC.KeepAlive(mapped);
        }
    }

    [Fact]
    public void What_cannot_be_used_where_it_lies_is_copied_though_mapping_was_asked_for()
    {
        NetworkDescription network = SmallWeights.Network();
        using PackedWeights packed = Packed();
        byte[] file = Write(packed);
        using PackedWeights fromMoved = WeightLoader.Load(network, _folder.Write("moved", SafetensorsBytes.Moved(file, 8)), _mapped),
            fromStream = WeightLoader.Load(network, new MemoryStream(file), "w", _mapped),
            published = WeightLoader.Load(network, _folder.Write("published", SmallWeights.File("", new Dictionary<string, string>()).ToArray()), _mapped);
        Values(fromMoved).ShouldBe(Values(packed));
        Values(fromStream).ShouldBe(Values(packed));
        Values(published).ShouldBe(Values(packed));
        ShouldBeMapped(false);
    }

    [Fact]
    public void A_mapped_file_is_checked_as_one_that_is_read()
    {
        using PackedWeights packed = Packed();
        byte[] file = Write(packed);
        file[^5] ^= 1;
        File.WriteAllBytes(_folder["w"], file);
        Should.Throw<WeightFileException>(() => WeightLoader.Load(SmallWeights.Network(), _folder["w"], _mapped)).Reason.ShouldContain("checksum");
        ShouldBeMapped(false);
    }

    /// <summary>Where the system tells it, whether this process has a file of the folder mapped.</summary>
    private void ShouldBeMapped(bool expected)
    {
        if (OperatingSystem.IsLinux())
            File.ReadAllText("/proc/self/maps").Contains(_folder.Root).ShouldBe(expected);
    }

    private static PackedWeights Packed()
    {
        return WeightLoader.Load(SmallWeights.Network(), SmallWeights.File("", new Dictionary<string, string>()), "w.safetensors", null);
    }

    private byte[] Write(PackedWeights packed)
    {
        PackedWeightsFile.Write(_folder["w"], SmallWeights.Network(), packed);
        return File.ReadAllBytes(_folder["w"]);
    }

    private static float[] Values(PackedWeights weights)
    {
        return new ReadOnlySpan<float>(weights.Pointer, (int)weights.Length).ToArray();
    }
}
