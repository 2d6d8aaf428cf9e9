using Shouldly;
using VideoStyle.Native;
using VideoStyle.Torch.Runtime;
using Xunit;

namespace VideoStyle.Torch.Tests.Runtime;

[Collection(RunAlone.Name)]
public sealed class ScalarLifetimeTests
{
    // Without videostyle_torchsharp, TorchSharp's finalizers free numbers that an operator is about to read: seen here within
    // the first 20,000 additions, as an exception or as a wrong sum.
    [NativeFact(NativeUnits.Kernels)]
    public void Add_WhileTheCollectorRuns_ReadsTheNumberThatItWasGiven()
    {
        TorchRuntime.Load();
        using var stop = new CancellationTokenSource();
        var collecting = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        try
        {
            Parallel.For(0, 4, _ =>
            {
                using var one = ones(1);
                for (var i = 0; i < 20_000; i++)
                {
                    using var scope = NewDisposeScope();
                    (one + one * 3.0 + 0.5).ToSingle().ShouldBe(4.5f);
                }
            });
        }
        finally
        {
            stop.Cancel();
            collecting.GetAwaiter().GetResult();
        }
    }
}
