using System.Collections.Concurrent;
using VideoStyle.Core.Stylizers;

namespace VideoStyle.Live.Tests;

/// <summary>A folder, a clip, and runs over it that paint nothing, so that they take no time.</summary>
internal sealed class LiveBench : IDisposable
{
    private readonly TempFolder _folder = new();

    internal ConcurrentQueue<LiveEvent> Events { get; } = new();

    internal string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();

    /// <summary>Makes a transport stream whose frames get brighter, with a tone.</summary>
    internal byte[] TransportStream(string size = "64x48", int frames = 25)
    {
        var path = _folder[$"{Guid.NewGuid():N}.ts"];
        Make(path, size, frames, "-f", "mpegts");
        return File.ReadAllBytes(path);
    }

    /// <summary>Makes such a clip.</summary>
    internal static void Make(string path, string size, int frames, params string[] output) =>
        FFmpegTool.Make(
            ["-f", "lavfi", "-i", $"color=gray:s={size}:r=25,format=yuv420p,geq=lum='40+4*N':cb=128:cr=128", "-f", "lavfi", "-i", "sine=440",
                "-frames:v", $"{frames}", "-t", FormattableString.Invariant($"{frames / 25.0}"), "-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "12", "-c:a", "aac", .. output, path]);

    internal LiveRun Run(string input, IReadOnlyList<string> outputs, Func<LiveOptions, LiveOptions>? change = null, IStylizer? stylizer = null, CancellationToken cancellationToken = default)
    {
        LiveOptions options = new() { Styler = new() { Style = new() { Name = IdentityStylizer.Name } }, Stall = TimeSpan.FromSeconds(1.5), RecordFolder = _folder.Path };
        return new LiveRun(input, outputs, change?.Invoke(options) ?? options, TimeProvider.System, Events.Enqueue, _ => stylizer ?? new IdentityStylizer(), cancellationToken);
    }

    /// <summary>Looks again until something is so.</summary>
    internal async Task UntilAsync(Func<bool> isSo, string what)
    {
        using CancellationTokenSource late = new(TimeSpan.FromMinutes(1));
        while (!isSo())
        {
            if (late.IsCancellationRequested)
                throw new TimeoutException($"{what} did not happen; events: {string.Join(" | ", Events.Select(e => e.Message))}");
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
