using System.Security.Cryptography;
using System.Text;
using VideoStyle.Core.Errors;

namespace VideoStyle.Native.Media;

/// <summary>Reads the segments of HTTP Live Streaming one after another, as one file.</summary>
/// <remarks>A playlist without an end is read from its last segments on and again and again, until its server takes it away.</remarks>
/// <param name="http">Gets what the playlist names.</param>
/// <param name="isLive">Whether reading begins with the last segment of a playlist without an end, and not three before it.</param>
internal sealed class HlsReader(HttpFetcher http, bool isLive)
{
    private const int MaxPlaylist = 4 << 20;
    private const int MaxVariants = 3;
    private const int Behind = 3;

    private readonly Dictionary<Uri, byte[]> _keys = [];
    private HlsPlaylist.Part? _header;

    /// <summary>Gets what the caller should know, or null.</summary>
    public string? Note { get; private set; }

    /// <summary>Copies all segments.</summary>
    /// <param name="url">The playlist's.</param>
    /// <param name="output">Takes them.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="VideoStyleException">The playlist or a segment cannot be had (Input).</exception>
    public async Task CopyAsync(Uri url, Stream output, CancellationToken cancellationToken)
    {
        var (playlist, from) = await LoadAsync(url, cancellationToken).ConfigureAwait(false);
        for (var depth = 0; playlist.Variant is { } variant; depth++)
        {
            if (depth == MaxVariants)
                throw new VideoStyleException(ErrorKind.Input, $"{StreamUrl.Shown(url.OriginalString)}: names playlists that name playlists.");
            if (playlist.HasSeparateSound)
                Note = $"{StreamUrl.Shown(url.OriginalString)}: its sound is a playlist of its own, and is left out.";
            (playlist, from) = await LoadAsync(variant, cancellationToken).ConfigureAwait(false);
        }

        var next = playlist.IsComplete ? playlist.FirstNumber : playlist.FirstNumber + Math.Max(0, playlist.Segments.Count - (isLive ? 1 : Behind));
        while (true)
        {
            next = Math.Max(next, playlist.FirstNumber); // what is gone is gone
            for (; next < playlist.FirstNumber + playlist.Segments.Count; next++)
                await CopyAsync(playlist.Segments[(int)(next - playlist.FirstNumber)], output, cancellationToken).ConfigureAwait(false);
            if (playlist.IsComplete)
                return;
            await Task.Delay(TimeSpan.FromSeconds(playlist.TargetDuration / 2), cancellationToken).ConfigureAwait(false);
            (playlist, from) = await LoadAsync(from, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(HlsPlaylist Playlist, Uri Url)> LoadAsync(Uri url, CancellationToken cancellationToken)
    {
        var (content, from) = await http.ReadAsync(url, MaxPlaylist, cancellationToken).ConfigureAwait(false);
        return HlsPlaylist.Begins(content)
            ? (HlsPlaylist.Parse(Encoding.UTF8.GetString(content), from), from)
            : throw new VideoStyleException(ErrorKind.Input, $"{StreamUrl.Shown(url.OriginalString)}: is no playlist of HLS.");
    }

    private async Task CopyAsync(HlsPlaylist.Part part, Stream output, CancellationToken cancellationToken)
    {
        if (part.Header is { } header && header != _header)
        {
            _header = header;
            await CopyAsync(header, output, cancellationToken).ConfigureAwait(false);
        }

        var (answer, _) = await http.GetAsync(part.Url, part.Range, cancellationToken).ConfigureAwait(false);
        using (answer)
        {
            var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            if (part.Key is not { } key)
            {
                await stream.CopyToAsync(output, cancellationToken).ConfigureAwait(false);
                return;
            }

            using var aes = Aes.Create();
            using var decryptor = aes.CreateDecryptor(await KeyAsync(key.Url, cancellationToken).ConfigureAwait(false), key.Vector!);
            using CryptoStream plain = new(stream, decryptor, CryptoStreamMode.Read);
            try
            {
                await plain.CopyToAsync(output, cancellationToken).ConfigureAwait(false);
            }
            catch (CryptographicException e)
            {
                throw new VideoStyleException(ErrorKind.Input, $"{StreamUrl.Shown(part.Url.OriginalString)}: cannot be decrypted with its key.", hint: null, e);
            }
        }
    }

    private async Task<byte[]> KeyAsync(Uri url, CancellationToken cancellationToken)
    {
        if (!_keys.TryGetValue(url, out var key))
        {
            (key, _) = await http.ReadAsync(url, HlsKey.Length, cancellationToken).ConfigureAwait(false);
            if (key.Length != HlsKey.Length)
                throw new VideoStyleException(ErrorKind.Input, $"{StreamUrl.Shown(url.OriginalString)}: is no key.");
            _keys.Add(url, key);
        }

        return key;
    }
}
