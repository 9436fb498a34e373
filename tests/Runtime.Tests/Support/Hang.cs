using System.Runtime.ExceptionServices;

namespace EfficientNet.Runtime.Tests.Support;

/// <summary>Turns a test that would hang into one that fails.</summary>
internal static class Hang
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static void Fails(Action test)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                test();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        thread.Join(Patience).ShouldBeTrue("the test hangs");
        failure?.Throw();
    }
}
