using System.Text;
using Microsoft.AspNetCore.Http;
using VideoStyle.Live.Writing;
using VideoStyle.Native.Media;

namespace VideoStyle.Live.Serving;

/// <summary>The picture that is shown, as a stream of JPEGs that every browser plays in an <c>img</c>. Whoever is slow gets the newest.</summary>
/// <remarks>A picture is encoded once for all who look, and not at all where nobody does.</remarks>
internal sealed class PreviewStream
{
    private const string Boundary = "picture";
    private const int Quality = 85;

    private readonly LiveSink _sink;
    private readonly Lock _lock = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _number;
    private (long Number, byte[] Bytes) _encoded = (-1, []);

    /// <summary>Begins to follow a sink.</summary>
    public PreviewStream(LiveSink sink)
    {
        _sink = sink;
        sink.Shown = _ => Announce();
    }

    /// <summary>Sends pictures until the caller goes.</summary>
    public async Task SendAsync(HttpContext context)
    {
        var (response, gone) = (context.Response, context.RequestAborted);
        response.ContentType = $"multipart/x-mixed-replace; boundary={Boundary}";
        var sent = -1L;
        try
        {
            await response.Body.WriteAsync(Line($"--{Boundary}"), gone).ConfigureAwait(false);
            while (!gone.IsCancellationRequested)
            {
                var next = Volatile.Read(ref _next).Task;
                if (Volatile.Read(ref _number) == sent)
                {
                    await next.WaitAsync(gone).ConfigureAwait(false);
                    continue;
                }

                sent = Volatile.Read(ref _number);
                if (Picture(".jpg") is not { } picture)
                {
                    await next.WaitAsync(gone).ConfigureAwait(false);
                    continue;
                }

                await response.Body.WriteAsync(Line(FormattableString.Invariant($"Content-Type: image/jpeg\r\nContent-Length: {picture.Length}\r\n")), gone).ConfigureAwait(false);
                await response.Body.WriteAsync(picture, gone).ConfigureAwait(false);
                // A browser shows a picture when the boundary behind it has come.
                await response.Body.WriteAsync(Line($"\r\n--{Boundary}"), gone).ConfigureAwait(false);
                await response.Body.FlushAsync(gone).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody looks any longer.
        }
    }

    /// <summary>Encodes the picture that is shown.</summary>
    /// <param name="extension">The format.</param>
    /// <returns>Null before the first.</returns>
    public byte[]? Picture(string extension)
    {
        lock (_lock)
        {
            var number = Volatile.Read(ref _number);
            if (extension is ".jpg" && _encoded.Number == number)
                return _encoded.Bytes;
            using var picture = _sink.Snapshot();
            if (picture is null)
                return null;
            var bytes = ImageFile.Encode(picture.Pixels, picture.Width, picture.Height, extension, quality: Quality);
            if (extension is ".jpg")
                _encoded = (number, bytes);
            return bytes;
        }
    }

    private static byte[] Line(string text) => Encoding.ASCII.GetBytes(text + "\r\n");

    private void Announce()
    {
        Interlocked.Increment(ref _number);
        Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
