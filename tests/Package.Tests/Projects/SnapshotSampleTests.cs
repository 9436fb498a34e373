using EfficientNet.Package.Tests.Support;

namespace EfficientNet.Package.Tests.Projects;

/// <summary>The sample test project, with EfficientNet.Testing from its package.</summary>
public class SnapshotSampleTests(Workshop workshop) : IClassFixture<Workshop>
{
    [Fact]
    public void The_sample_accepts_what_is_accepted_and_fails_on_what_differs()
    {
        string folder = workshop.Copy("Snapshots", "snapshots");
        // As a build server builds it: the paths of sources stay what they are.
        DotnetRun.Dotnet(folder, "test", "-p:ContinuousIntegrationBuild=true").ShouldSucceed().Output.ShouldContain("Passed!");

        string accepted = Path.Combine(folder, "Tiny.verified.cs");
        File.WriteAllText(accepted, File.ReadAllText(accepted).Replace("Resolution = 32", "Resolution = 33"));
        DotnetRun differs = DotnetRun.Dotnet(folder, "test", "--no-build");
        differs.ExitCode.ShouldNotBe(0);
        differs.Output.ShouldContain("-         public const int Resolution = 33;".Replace("-         ", "-     "));
        File.Exists(Path.Combine(folder, "Tiny.received.cs")).ShouldBeTrue();
    }
}
