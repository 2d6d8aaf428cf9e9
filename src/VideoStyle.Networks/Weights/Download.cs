using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using VideoStyle.Core.Errors;
using VideoStyle.Native.Files;

namespace VideoStyle.Networks.Weights;

/// <summary>Downloads a published file: resumes an earlier attempt, and verifies the result.</summary>
internal static class Download
{
    /// <summary>Downloads to <c>path.partial</c>, verifies length and SHA-256, and renames it.</summary>
    internal static async Task RunAsync(
        PublishedWeights weights,
        string path,
        HttpClient client,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        var partial = path + ".partial";
        try
        {
            await ReceiveAsync(weights, partial, client, progress, cancellationToken).ConfigureAwait(false);
            await CheckAsync(weights, partial, cancellationToken).ConfigureAwait(false);
            OutputFile.Replace(partial, path);
        }
        catch (HttpRequestException e)
        {
            throw Failed(weights, e.Message, e);
        }
        catch (Exception e) when (e is HttpIOException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw Failed(weights, $"the connection broke: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VideoStyleException(ErrorKind.Output, $"{partial}: cannot be written: {e.Message}", innerException: e);
        }
    }

    private static async Task ReceiveAsync(
        PublishedWeights weights,
        string partial,
        HttpClient client,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        var file = new FileStream(partial, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        await using var _ = file.ConfigureAwait(false);
        if (file.Length > weights.Length)
            file.SetLength(0);
        if (file.Length == weights.Length)
            return;

        using var request = new HttpRequestMessage(HttpMethod.Get, weights.Address);
        request.Headers.Range = file.Length > 0 ? new RangeHeaderValue(file.Length, null) : null;
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw Failed(weights, $"the server answered {(int)response.StatusCode} {response.ReasonPhrase}", inner: null);
        // A server that does not know ranges sends the whole file again.
        if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != file.Length)
            file.SetLength(0);
        file.Seek(0, SeekOrigin.End);

        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = stream.ConfigureAwait(false);
        var buffer = new byte[1 << 17];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (file.Length + count > weights.Length)
                throw Failed(weights, "the server sends more than the published file has", inner: null);
            await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            progress?.Report(file.Length);
        }

        if (file.Length < weights.Length)
            throw Failed(weights, $"the connection ended after {file.Length} of {weights.Length} bytes", inner: null);
    }

    private static async Task CheckAsync(PublishedWeights weights, string partial, CancellationToken cancellationToken)
    {
        string hash;
        var file = File.OpenRead(partial);
        await using (file.ConfigureAwait(false))
            hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
        if (string.Equals(hash, weights.Sha256, StringComparison.Ordinal))
            return;
        File.Delete(partial);
        throw new VideoStyleException(
            ErrorKind.Model,
            $"{weights.Address}: is not the published file: its SHA-256 is {hash}, not {weights.Sha256}.",
            "It was deleted; try again, and if that repeats, from another network."
        );
    }

    private static VideoStyleException Failed(PublishedWeights weights, string cause, Exception? inner) =>
        new(
            ErrorKind.Input,
            $"{weights.Address}: cannot be downloaded: {cause}.",
            "Type `videostyle weights` again to go on where it stopped, or fetch the file by other means and set VIDEOSTYLE_WEIGHTS.",
            inner
        );
}
