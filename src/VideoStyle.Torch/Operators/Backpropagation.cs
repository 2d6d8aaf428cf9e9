using System.Runtime.ExceptionServices;

namespace VideoStyle.Torch.Operators;

/// <summary>Passes gradients back through functions of our own, and failures out of them.</summary>
/// <remarks>
/// libtorch calls a function's <c>backward</c> from C++, which no exception of C# may cross: it would end the process. So it is
/// kept here, and thrown where the caller waits.
/// </remarks>
internal static class Backpropagation
{
    private static Exception? s_failure;

    [ThreadStatic]
    private static List<Tensor>? s_handedOver;

    /// <summary>Adds the gradient of a scalar to every tensor that it was computed from.</summary>
    /// <exception cref="Exception">What a function of our own threw on the way.</exception>
    internal static void Run(Tensor scalar)
    {
        Interlocked.Exchange(ref s_failure, null);
        scalar.backward();
        DisposeHandedOver();
        if (Interlocked.Exchange(ref s_failure, null) is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Computes the gradients of a function, or none where that fails.</summary>
    /// <param name="inputs">The number of its inputs.</param>
    /// <param name="received">The gradients of the results; disposed here, as the scope of the step would keep them to its end.</param>
    /// <param name="compute">Gives a gradient for each input, null where there is none, in no scope.</param>
    internal static List<Tensor> Guard(int inputs, IEnumerable<Tensor> received, Func<List<Tensor>> compute)
    {
        // libtorch has taken references of its own; these would keep every gradient of a step until its end.
        DisposeHandedOver();
        try
        {
            return s_handedOver = compute();
        }
#pragma warning disable CA1031 // Whatever it is, it may not cross into C++.
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

    private static void DisposeHandedOver()
    {
        s_handedOver?.ForEach(gradient => gradient?.Dispose());
        s_handedOver = null;
    }
}
