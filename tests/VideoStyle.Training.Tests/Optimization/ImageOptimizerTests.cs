using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native;
using VideoStyle.Native.Media;
using VideoStyle.Networks;
using VideoStyle.Networks.Color;
using VideoStyle.Training.Optimization;
using Xunit;

namespace VideoStyle.Training.Tests.Optimization;

[Collection(RunAlone.Name)]
public sealed class ImageOptimizerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NativeTheory(NativeUnits.Kernels | NativeUnits.Media)]
    [InlineData(OptimizerKind.Lbfgs)]
    [InlineData(OptimizerKind.Adam)]
    public void Resume_AfterAnInterruptionInTheSecondLevel_GivesTheSameBytes(OptimizerKind optimizer)
    {
        var options = Options("whole.png") with { Optimizer = optimizer };
        Run(options).Completed.ShouldBeTrue();

        var parts = options with { Output = _folder["parts.png"] };
        using (var stop = new CancellationTokenSource())
        using (var painter = new ImageOptimizer(parts, new StoppingClock(stop, readings: 22)))
        {
            var part = painter.Run(report: null, stop.Token);
            part.Completed.ShouldBeFalse();
            part.Iterations.ShouldBeInRange(6, 9); // of 5 and 5
        }

        File.Exists(parts.CheckpointPath).ShouldBeTrue();
        File.Exists(parts.Output).ShouldBeFalse();
        Run(parts with { Resume = true }).Completed.ShouldBeTrue();
        File.ReadAllBytes(parts.Output).ShouldBe(File.ReadAllBytes(options.Output));
        File.Exists(parts.CheckpointPath).ShouldBeFalse();
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Resume_WithOtherSettings_ThrowsUsageErrorThatNamesThem()
    {
        var options = Options("x.png");
        using (var cancelled = new CancellationTokenSource())
        {
            cancelled.Cancel();
            using var painter = new ImageOptimizer(options);
            painter.Run(report: null, cancelled.Token).Completed.ShouldBeFalse();
        }

        var error = Should.Throw<VideoStyleException>(() => new ImageOptimizer(options with { Resume = true, Gram = GramKind.Plain }));
        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldContain("losses");
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Create_PictureOfTheUsersUnderThePreviewsName_IsRefusedAndKept()
    {
        var options = Options("x.png");
        _folder.Picture("x.preview.png", 64, 48, Pattern(48));
        var mine = File.ReadAllBytes(options.PreviewPath);

        var error = Should.Throw<VideoStyleException>(() => new ImageOptimizer(options));
        error.Kind.ShouldBe(ErrorKind.Output);
        error.Message.ShouldContain(options.PreviewPath);
        Should.Throw<VideoStyleException>(() => new ImageOptimizer(options with { Overwrite = true, Content = options.PreviewPath })).Message.ShouldContain("is the input itself");
        _folder.Names.ShouldBe(["content.png", "style.png", "x.preview.png"]);
        Run(options with { Overwrite = true, Iterations = 1 }).Completed.ShouldBeTrue();
        File.ReadAllBytes(options.PreviewPath).ShouldBe(mine, "this run was too short to write a preview");
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Run_ToTheEnd_LowersTheLossAndWritesThePictureAlone()
    {
        var progress = new List<OptimizationProgress>();
        var options = Options("done.png") with { Iterations = 20, Levels = 1, Photo = 10, Color = ColorPreservation.Histogram };
        using (var painter = new ImageOptimizer(options))
        {
            painter.Size.ShouldBe((64, 48));
            painter.Run(progress.Add, CancellationToken.None).Losses["total"].ShouldBeLessThan(progress[0].Losses["total"]);
        }

        progress[^1].Iteration.ShouldBe(20);
        progress[^1].Remaining.ShouldBe(TimeSpan.Zero);
        progress[^1].Losses.Keys.ShouldBe(["style1", "style2", "style3", "style4", "content", "tv", "photo", "total"], ignoreOrder: true);
        using var painting = ImageFile.Read(options.Output);
        (painting.Width, painting.Height).ShouldBe((64, 48));
        _folder.Names.ShouldBe(["content.png", "done.png", "style.png"]);
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Run_LuminanceOnly_KeepsTheDifferencesOfTheChannels()
    {
        var options = Options("luminance.png") with { Color = ColorPreservation.Luminance, Levels = 1 };
        Run(options);
        using var content = ImageFile.Read(_folder["content.png"]);
        using var painting = ImageFile.Read(options.Output);
        var changed = 0;
        for (var i = 0; i < content.Pixels.Length; i += 3)
        {
            var before = content.Pixels.Slice(i, 3);
            var after = painting.Pixels.Slice(i, 3);
            changed += before[0] != after[0] ? 1 : 0;
            if (after.IndexOfAny((byte)0, (byte)255) < 0)
                ((after[0] - after[1]) - (before[0] - before[1])).ShouldBeInRange(-1, 1);
        }

        changed.ShouldBeGreaterThan(content.Pixels.Length / 3 / 4);
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Run_Texture_FollowsTheSeed()
    {
        var options = Options("a.png") with { Content = null };
        Run(options);
        Run(options with { Output = _folder["b.png"] });
        Run(options with { Output = _folder["c.png"], Seed = 5 });
        File.ReadAllBytes(_folder["b.png"]).ShouldBe(File.ReadAllBytes(_folder["a.png"]));
        File.ReadAllBytes(_folder["c.png"]).ShouldNotBe(File.ReadAllBytes(_folder["a.png"]));
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Painter_TinyPictures_ThrowInputErrorsThatNameThem()
    {
        _folder.Picture("tiny.png", 1, 1, Pattern(1));
        foreach (var options in new[] { Options("x.png") with { Content = _folder["tiny.png"], Size = null }, Options("x.png") with { Styles = [new(_folder["tiny.png"], 1)] } })
        {
            var error = Should.Throw<VideoStyleException>(() => new ImageOptimizer(options));
            error.Kind.ShouldBe(ErrorKind.Input);
            error.Message.ShouldContain("tiny.png");
            error.Hint.ShouldNotBeNull();
        }

        _folder.Names.ShouldBe(["content.png", "style.png", "tiny.png"]);
    }

    [NativeTheory(NativeUnits.Kernels | NativeUnits.Media)]
    [InlineData("shifted", "random")]
    [InlineData("plain", "random")]
    [SharedInlineData("shifted", "published")]
    [SharedInlineData("plain", "published")]
    public void Run_WithTheLossesOfPlainPyTorch_ComesAsLow(string gram, string weights)
    {
        var vgg = weights is "random" ? RandomWeights.Vgg : SharedData.Path("weights/vgg19/vgg19_normalised_relu4_1.npz");
        var (content, style) = (Fixtures.Path("images/content.png"), Fixtures.Path("images/style.png"));
        string[] arguments = [vgg, content, style, _folder["theirs.png"], "12", "lbfgs", gram];
        var theirs = double.Parse(Recorded.Text($"paint.{gram}.{weights}.txt", "paint.py", arguments).Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

        var ours = Run(new OptimizationOptions
        {
            Content = content,
            Styles = [new(style)],
            Output = _folder["ours.png"],
            LossWeights = vgg,
            Levels = 1,
            Iterations = 13, // the losses are those before the last step
            Precision = Precision.F32,
            Gram = Enum.Parse<GramKind>(gram, ignoreCase: true),
        });

        ours.Losses["total"].ShouldBe(theirs, 0.02 * theirs);
    }

    private static OptimizationResult Run(OptimizationOptions options)
    {
        using var painter = new ImageOptimizer(options);
        return painter.Run(report: null, CancellationToken.None);
    }

    private OptimizationOptions Options(string output)
    {
        _folder.Picture("content.png", 64, 48, Pattern(64));
        _folder.Picture("style.png", 80, 64, Pattern(80));
        return new OptimizationOptions
        {
            Content = _folder["content.png"],
            Styles = [new(_folder["style.png"], 1)],
            Output = _folder[output],
            LossWeights = TinyVgg.Path,
            Size = 64,
            Levels = 2,
            Iterations = 5,
            Precision = Precision.F32,
        };
    }

    private static Func<int, byte> Pattern(int width) =>
        i => (byte)(40 + 170 * ((i / 3 % width / 7 + i / 3 / width / 5 + i % 3) % 3) / 2 + i * 7 % 13);
}
