using System.IO.Pipes;
using VideoStyle.Core.Errors;

namespace VideoStyle.Native.Media;

/// <summary>What a URL of HTTP gives, as a pipe: a file, a stream without an end, or HLS.</summary>
internal sealed class HttpPipe : IDisposable
{
    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.Out, HandleInheritability.None);
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpFetcher _http;
    private readonly HlsReader _hls;
    private readonly Uri _url;
    private readonly Task _work;

    /// <summary>Begins to read.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="isLive">Whether a playlist without an end is read from its last segment on.</param>
    /// <exception cref="VideoStyleException">It is no URL (Usage).</exception>
    public HttpPipe(string url, bool isLive)
    {
        _url = Uri.TryCreate(url, UriKind.Absolute, out var parsed)
            ? parsed
            : throw new VideoStyleException(ErrorKind.Usage, $"{StreamUrl.Shown(url)}: is no URL.", "Write it like https://HOST/video.mp4.");
        _http = new HttpFetcher(_url);
        _hls = new HlsReader(_http, isLive);
        _work = Task.Factory.StartNew(Copy, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Gets why nothing more came, or null.</summary>
    public VideoStyleException? Failure { get; private set; }

    /// <summary>Gets what the caller should know.</summary>
    public IEnumerable<string> Notes => new[] { _hls.Note, Failure is { } failure ? $"ends early: {failure.Message}" : null }.OfType<string>();

    /// <summary>Gives the descriptor to read from away; whoever takes it closes it.</summary>
    public int TakeDescriptor()
    {
        var handle = _pipe.ClientSafePipeHandle;
        var descriptor = (int)handle.DangerousGetHandle();
        handle.SetHandleAsInvalid();
        return descriptor;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Cancel();
        Task.WaitAny(_work);
        _http.Dispose();
        _stop.Dispose();
        _pipe.Dispose();
    }

    // On a thread of its own: a pipe that is full is waited for.
    private void Copy()
    {
        try
        {
            CopyAsync(_stop.Token).GetAwaiter().GetResult();
        }
        catch (VideoStyleException e)
        {
            Failure = e;
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !_stop.IsCancellationRequested && _pipe.IsConnected)
        {
            Failure = new VideoStyleException(ErrorKind.Input, $"{StreamUrl.Shown(_url.OriginalString)}: the connection was lost ({StreamUrl.Shown(e.Message).TrimEnd('.')}).", hint: null, e);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Nobody reads any longer.
        }
        finally
        {
            _pipe.Dispose();
        }
    }

    private async Task CopyAsync(CancellationToken cancellationToken)
    {
        var (answer, from) = await _http.GetAsync(_url, range: null, cancellationToken).ConfigureAwait(false);
        using (answer)
        {
            using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var head = new byte[16];
            var count = await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (!HlsPlaylist.Begins(head.AsSpan(0, count)))
            {
                await _pipe.WriteAsync(head.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                await stream.CopyToAsync(_pipe, cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        await _hls.CopyAsync(from, _pipe, cancellationToken).ConfigureAwait(false);
    }
}
