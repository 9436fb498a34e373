using System.Runtime.InteropServices;
using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Threads;

public sealed partial class ThreadProcessorTests
{
    [Fact]
    public void A_thread_leaves_its_processor_and_may_run_wherever_it_might_before()
    {
        if (!OperatingSystem.IsLinux())
        {
            ThreadProcessor.Current.ShouldBe(ThreadProcessor.Unknown);
            ThreadProcessor.Leave(ThreadProcessor.Unknown).ShouldBe(ThreadProcessor.Unknown);
            return;
        }
        Hang.Fails(() =>
        {
            string allowed = Allowed();
            for (int i = 0; i < 1000; i++)
            {
                int here = ThreadProcessor.Current;
                here.ShouldBeGreaterThanOrEqualTo(0);
                if (Environment.ProcessorCount > 1)
                    ThreadProcessor.Leave(here).ShouldNotBe(here);
                Allowed().ShouldBe(allowed);
            }
        });
    }

    [Fact]
    public void A_thread_that_may_run_on_no_other_stays()
    {
        if (!OperatingSystem.IsLinux())
            return;
        // A thread of its own, which keeps what it may.
        Hang.Fails(() =>
        {
            int here = ThreadProcessor.Current;
            var alone = new ulong[here / 64 + 1];
            alone[here / 64] = 1UL << (here % 64);
            sched_setaffinity(0, (nuint)(alone.Length * sizeof(ulong)), ref alone[0]).ShouldBe(0);
            ThreadProcessor.Current.ShouldBe(here);
            ThreadProcessor.Leave(here).ShouldBe(here);
            ThreadProcessor.Leave(here + 1).ShouldBe(here);
            ThreadProcessor.Leave(ThreadProcessor.Unknown).ShouldBe(here);
            Allowed().ShouldBe($"Cpus_allowed_list:\t{here}");
        });
    }

    /// <summary>What the package's build lets a NativeAOT program call without looking for the C library first.</summary>
    [Fact]
    public void Every_function_of_the_C_library_is_called_directly_in_a_native_program()
    {
        string targets = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "EfficientNet.Compiler.targets"));
        string[] called = [.. typeof(ThreadProcessor).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic))
            .Select(method => method.GetCustomAttributes(typeof(DllImportAttribute), false).Cast<DllImportAttribute>().SingleOrDefault())
            .Where(import => import?.Value == "libc" && import.EntryPoint != "statx")
            .Select(import => $"libc!{import!.EntryPoint}")
            .Order(StringComparer.Ordinal)];
        called.Length.ShouldBeGreaterThan(3);
        targets.ShouldContain($"<DirectPInvoke Include=\"{string.Join(';', called)}\"");
    }

    private static string Allowed()
    {
        return File.ReadLines("/proc/thread-self/status").Single(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal));
    }

    [LibraryImport("libc")]
    private static partial int sched_setaffinity(int thread, nuint bytes, ref ulong processors);
}
