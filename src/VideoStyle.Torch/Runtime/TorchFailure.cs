using System.Runtime.InteropServices;
using VideoStyle.Core.Errors;

namespace VideoStyle.Torch.Runtime;

/// <summary>Translates exceptions of libtorch into those of this library.</summary>
internal static class TorchFailure
{
    /// <summary>Runs work on tensors.</summary>
    /// <exception cref="VideoStyleException">Memory of the machine or the GPU ran out (Runtime), or libtorch refused something (Internal).</exception>
    internal static T Translate<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ExternalException e)
        {
            throw Of(e);
        }
    }

    private static VideoStyleException Of(ExternalException e)
    {
        // The other lines are the stack trace in libtorch.
        var sentence = e.Message.Split('\n', 2)[0].Trim();
        // The allocator of host memory has no exception type of its own.
        var isMemory =
            sentence.Contains("can't allocate memory", StringComparison.Ordinal)
            || sentence.Contains("not enough memory", StringComparison.Ordinal)
            || sentence.Contains("out of memory", StringComparison.OrdinalIgnoreCase);
        return isMemory
            ? new VideoStyleException(ErrorKind.Runtime, sentence, "Choose a smaller frame size, or fewer workers.", e)
            : new VideoStyleException(ErrorKind.Internal, sentence, innerException: e);
    }
}
