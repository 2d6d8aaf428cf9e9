using VideoStyle.Cli.Output;
using VideoStyle.Converting;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Media;

namespace VideoStyle.Cli.Converting;

/// <summary>Does the same to one video after another; what fails does not stop the others.</summary>
/// <param name="json">Whether events are wanted.</param>
/// <param name="skipExisting">Whether an output that is there counts as done.</param>
/// <param name="resume">Whether an interrupted conversion can be gone on with.</param>
/// <param name="each">What is done: a conversion, a preview, or a plan.</param>
internal sealed class Batch(bool json, bool skipExisting, bool resume, Func<(string Input, string Output), CancellationToken, Task> each)
{
    private int _done;
    private int _skipped;
    private int _failed;

    /// <summary>Goes through the conversions.</summary>
    /// <param name="requests">At least one.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The exit code: 0, or 7 where some of several failed.</returns>
    /// <exception cref="VideoStyleException">The only conversion failed.</exception>
    /// <exception cref="StoppedException">It was cancelled, and something was kept.</exception>
    public async Task<int> RunAsync(IReadOnlyList<(string Input, string Output)> requests, CancellationToken cancellationToken)
    {
        foreach (var request in requests)
        {
            try
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (skipExisting && ImageOutput.Exists(request.Output))
                {
                    Skip(request);
                    continue;
                }

                await each(request, cancellationToken).ConfigureAwait(false);
                _done++;
            }
            catch (VideoStyleException e) when (requests.Count > 1)
            {
                FailureLine.Write(json, e, request.Input);
                _failed++;
            }
            catch (OperationCanceledException) when (resume)
            {
                throw new StoppedException($"{request.Output}: stopped; its finished segments are kept.", "Type the same again to go on.");
            }
            catch (OperationCanceledException) when (requests.Count > 1)
            {
                throw new StoppedException($"Stopped; {_done} of {requests.Count} are done.", "Add --skip-existing to go on.");
            }
        }

        if (requests.Count > 1)
            Sum();
        return _failed > 0 ? ExitCode.SomeFailed : ExitCode.Success;
    }

    private void Skip((string Input, string Output) request)
    {
        var input = StreamUrl.Shown(request.Input);
        if (json)
            JsonLine.Write(new { v = 1, type = "skipped", input, output = request.Output });
        else
            Chatter.WriteLine($"{input}: skipped, {request.Output} exists");
        _skipped++;
    }

    private void Sum()
    {
        if (json)
            JsonLine.Write(new { v = 1, type = "batch", done = _done, skipped = _skipped, failed = _failed });
        else
            Chatter.WriteLine($"{_done} done, {_skipped} skipped, {_failed} failed");
    }
}
