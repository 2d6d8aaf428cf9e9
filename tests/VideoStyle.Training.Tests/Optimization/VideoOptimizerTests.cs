using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Native.Media;
using VideoStyle.Networks;
using VideoStyle.Training.Optimization;
using Xunit;

namespace VideoStyle.Training.Tests.Optimization;

[Collection(RunAlone.Name)]
public sealed class VideoOptimizerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NativeFact]
    public void Resume_AfterTwoFrames_GivesTheSameVideo()
    {
        // Not H.264: x264 reads memory that it did not write where a side is no multiple of 16, and two encodings may differ.
        var options = Options("whole.gif");
        using (var painter = new VideoOptimizer(options))
        {
            painter.Count.ShouldBe(4);
            var progress = new List<OptimizationProgress>();
            painter.Run(progress.Add, CancellationToken.None).Completed.ShouldBeTrue();
            progress[^1].Frame.ShouldBe(8); // two passes
            progress[^1].Losses.ContainsKey("temporal").ShouldBeTrue();
        }

        var parts = options with { Output = _folder["parts.gif"] };
        using (var stop = new CancellationTokenSource())
        using (var painter = new VideoOptimizer(parts))
        {
            painter.Run(p => { if (p.Frame == 2) stop.Cancel(); }, stop.Token).Completed.ShouldBeFalse();
        }

        File.Exists(parts.Output).ShouldBeFalse();
        Directory.GetFiles(parts.FramesPath, "0*.png").Length.ShouldBe(2);
        Should.Throw<VideoStyleException>(() => new VideoOptimizer(parts with { Resume = true, Seed = 3 })).Kind.ShouldBe(ErrorKind.Usage);
        using (var painter = new VideoOptimizer(parts with { Resume = true }))
            painter.Run(report: null, CancellationToken.None).Completed.ShouldBeTrue();
        Bytes(parts.Output).ShouldBe(Bytes(options.Output));
        _folder.Names.ShouldBe(["clip.mkv", "parts.gif", "style.png", "whole.gif"]);
    }

    [NativeFact]
    public void VideoPainter_BadStyle_ThrowsAndLeavesNothing()
    {
        var options = Options("x.mkv");
        File.WriteAllText(_folder["style.png"], "no picture");
        Should.Throw<VideoStyleException>(() => new VideoOptimizer(options)).Kind.ShouldBe(ErrorKind.Input);
        _folder.Names.ShouldBe(["clip.mkv", "style.png"]);
    }

    private OptimizationOptions Options(string output)
    {
        var lossless = new EncodeOptions { Codec = "ffv1", PixelFormat = "bgr0" };
        if (!File.Exists(_folder["clip.mkv"]))
            Clips.Write(_folder["clip.mkv"], 48, 40, 4, lossless);
        using var frame = Clips.Picture(new FramePool(), 64, 64, 3);
        ImageFile.Write(_folder["style.png"], frame);
        return new OptimizationOptions
        {
            Content = _folder["clip.mkv"],
            Styles = [new(_folder["style.png"], 1)],
            Output = _folder[output],
            LossWeights = TinyVgg.Path,
            Iterations = 3,
            Passes = 2,
            Precision = Precision.F32,
        };
    }

    private static byte[][] Bytes(string path)
    {
        using var source = FFmpegSource.Open(path, new VideoOptions());
        var frames = new List<byte[]>();
        var pool = new FramePool();
        while (source.Read(pool) is { } frame)
        {
            using (frame)
                frames.Add(frame.Pixels.ToArray());
        }

        return [.. frames];
    }
}
