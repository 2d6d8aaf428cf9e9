using System.Runtime.ExceptionServices;

namespace VideoStyle.Torch.Operators;

/// <summary>Runs backpropagation through custom autograd functions, and passes their exceptions on.</summary>
/// <remarks>
/// libtorch calls a function's <c>backward</c> from C++, and a C# exception that reaches C++ ends the process. The exception is kept
/// and thrown again to the caller of <see cref="Run"/>.
/// </remarks>
internal static class Backpropagation
{
    private static Exception? s_failure;

    [ThreadStatic]
    private static List<Tensor>? s_returned;

    /// <summary>Computes the gradients of a scalar.</summary>
    /// <exception cref="Exception">The exception of a custom function.</exception>
    internal static void Run(Tensor scalar)
    {
        Interlocked.Exchange(ref s_failure, null);
        scalar.backward();
        DisposeReturned();
        if (Interlocked.Exchange(ref s_failure, null) is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Computes the gradients of a custom function, or none where that fails.</summary>
    /// <param name="inputs">The number of the function's inputs.</param>
    /// <param name="received">The gradients of its results; disposed here, because the scope of the step would keep them to its end.</param>
    /// <param name="compute">Returns a gradient for each input, null where there is none; detached from any scope.</param>
    internal static List<Tensor> Guard(int inputs, IEnumerable<Tensor> received, Func<List<Tensor>> compute)
    {
        // libtorch holds references of its own; these would keep every gradient until the end of the step.
        DisposeReturned();
        try
        {
            return s_returned = compute();
        }
#pragma warning disable CA1031 // No exception may reach C++.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref s_failure, e, null);
            return [.. new Tensor[inputs]];
        }
        finally
        {
            foreach (var gradient in received)
                gradient?.Dispose();
        }
    }

    private static void DisposeReturned()
    {
        s_returned?.ForEach(gradient => gradient?.Dispose());
        s_returned = null;
    }
}
