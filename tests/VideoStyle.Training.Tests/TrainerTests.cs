using System.Runtime.InteropServices;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native;
using VideoStyle.Native.Media;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;
using VideoStyle.Torch.Tensors;
using Xunit;

namespace VideoStyle.Training.Tests;

[Collection(RunAlone.Name)]
public sealed class TrainerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Run_SameSeedTwice_GivesTheSameWeights()
    {
        var options = Options("a.safetensors") with { Steps = 4 };
        Train(options);
        Train(options with { Output = _folder["b.safetensors"], Metadata = Named("a") });
        Train(options with { Output = _folder["c.safetensors"], Metadata = Named("a"), Seed = 2 });

        LargestDifference("a.safetensors", "b.safetensors").ShouldBe(0);
        LargestDifference("a.safetensors", "c.safetensors").ShouldBeGreaterThan(0.01f);
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Resume_AfterAnInterruption_EqualsAnUninterruptedRun()
    {
        var options = Options("whole.safetensors") with { Steps = 7 };
        Train(options);

        var parts = options with { Output = _folder["parts.safetensors"] };
        using (var stop = new CancellationTokenSource())
        using (var trainer = new Trainer(parts, new StoppingClock(stop, readings: 9)))
        {
            var part = trainer.Run(report: null, stop.Token);
            part.Completed.ShouldBeFalse();
            part.Steps.ShouldBeInRange(1, 6);
        }

        File.Exists(parts.CheckpointPath).ShouldBeTrue();
        File.Exists(parts.Output).ShouldBeFalse();
        Train(parts with { Resume = true }).Completed.ShouldBeTrue();

        LargestDifference("parts.safetensors", "whole.safetensors").ShouldBe(0);
        File.Exists(parts.CheckpointPath).ShouldBeFalse();
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Resume_WithOtherSettings_ThrowsUsageErrorThatNamesThem()
    {
        var options = Options("x.safetensors") with { Steps = 50 };
        using (var cancelled = new CancellationTokenSource())
        {
            cancelled.Cancel();
            using var trainer = new Trainer(options);
            trainer.Run(report: null, cancelled.Token).Completed.ShouldBeFalse();
        }

        var error = Should.Throw<VideoStyleException>(() => new Trainer(options with { Resume = true, Seed = 99 }));
        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldContain("seed");
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Run_ToTheEnd_WritesAModelWithACardAndAPreview()
    {
        var progress = new List<TrainingProgress>();
        var options = Options("done.safetensors") with { Steps = 50, Size = 64, Metadata = new Dictionary<string, string> { ["style_licence"] = "CC0" } };
        using (var trainer = new Trainer(options))
            trainer.Run(progress.Add, CancellationToken.None).Losses.Keys.ShouldContain("temporal");

        var model = StyleModel.Load(options.Output);
        model.Architecture.Name.ShouldBe("lite");
        model.Metadata["style_licence"].ShouldBe("CC0");
        model.Metadata["style_image"].ShouldBe("style.png");
        model.Metadata["steps"].ShouldBe("50");
        using var sheet = ImageFile.Read(options.PreviewPath);
        (sheet.Width, sheet.Height).ShouldBe((3 * 384, 2 * 384));
        progress.Count.ShouldBe(1);
        progress[0].Step.ShouldBe(50);
        progress[0].Losses["total"].ShouldBeGreaterThan(0);
        using var stylizer = TorchStylizer.Create(model, new StylizerOptions { Device = "cpu" });
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Run_LossThatOverflows_SaysThatItDivergedAndWritesNoModel()
    {
        var options = Options("bad.safetensors") with { Steps = 9, Weights = new LossWeights { Content = 1e308 } };
        using var trainer = new Trainer(options);
        var error = Should.Throw<VideoStyleException>(() => trainer.Run(report: null, CancellationToken.None));
        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain("step 1: the loss is no longer a number");
        error.Hint!.ShouldContain("LearningRate");
        File.Exists(options.Output).ShouldBeFalse();
    }

    [NativeFact(NativeUnits.Kernels)]
    public void DivergenceDetector_UniformGrayForLong_Throws_AndFogDoesNot()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var grey = rand(1, 3, 32, 32) * 0.01 + 0.5;
        var fog = rand(1, 3, 32, 32) * 0.2 + 0.5;
        var (watch, patient) = (new DivergenceDetector(), new DivergenceDetector());
        for (var step = 1; step < 400; step++)
            patient.Check(step, 1, fog);
        Should.Throw<VideoStyleException>(() =>
        {
            for (var step = 1; step < 400; step++)
                watch.Check(step, 1, grey);
        }).Message.ShouldContain("uniform gray");
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Run_WithUnreadablePicturesAmongGoodOnes_SkipsCountsAndNamesThem()
    {
        var bad = System.IO.Path.Combine(Content(), "bad.jpg");
        File.WriteAllText(bad, "this is no picture");
        using var trainer = new Trainer(Options("x.safetensors") with { Steps = 12, Weights = new LossWeights { Temporal = 0 } });
        trainer.Run(report: null, CancellationToken.None).Completed.ShouldBeTrue();
        trainer.Unreadable.ShouldBe([bad]);
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Create_OnlyUnreadablePictures_ThrowsInputError()
    {
        var folder = _folder.Folder("rubbish");
        File.WriteAllText(System.IO.Path.Combine(folder, "a.png"), "no");
        Should.Throw<VideoStyleException>(() => new Trainer(Options("x.safetensors") with { Content = [folder] })).Kind.ShouldBe(ErrorKind.Input);
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Create_EmptyContentFolder_ThrowsInputErrorThatNamesIt()
    {
        var empty = _folder.Folder("empty");
        var error = Should.Throw<VideoStyleException>(() => new Trainer(Options("x.safetensors") with { Content = [empty] }));
        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain(empty);
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Create_CorruptStylePicture_ThrowsInputErrorThatNamesIt()
    {
        var path = _folder["corrupt.png"];
        File.WriteAllBytes(path, [0x89, .. "PNG\r\n\x1a\n garbage"u8]);
        var error = Should.Throw<VideoStyleException>(() => new Trainer(Options("x.safetensors") with { Styles = [new(path, 1)] }));
        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain(path);
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Create_StylePictureOfOnePixel_ThrowsInputErrorThatSaysWhatIsNeeded()
    {
        var path = _folder.Picture("pixel.png", 1, 1, _ => 0);
        var error = Should.Throw<VideoStyleException>(() => new Trainer(Options("x.safetensors") with { Styles = [new(path, 1)] }));
        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain("1×1");
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Run_StylePictureWithAlphaOrWithoutColour_Trains()
    {
        var alpha = _folder["alpha.png"];
        var pixels = new byte[3 * 80 * 80];
        var opacity = Enumerable.Range(0, 80 * 80).Select(i => (byte)(i % 256)).ToArray();
        File.WriteAllBytes(alpha, ImageFile.Encode(pixels, 80, 80, ".png", opacity));
        var grey = _folder.Picture("grey.png", 80, 80, i => (byte)(i / 3 % 200));
        Train(Options("x.safetensors") with { Styles = [new(alpha, 1), new(grey, 2)], Steps = 2 }).Completed.ShouldBeTrue();
        StyleModel.Load(_folder["x.safetensors"]).Metadata["style_image"].ShouldBe("alpha.png ×1, grey.png ×2");
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Save_WhereTheDiskRefuses_KeepsTheLastCheckpoint()
    {
        var options = Options("x.safetensors") with { Steps = 50 };
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        using (var trainer = new Trainer(options))
            trainer.Run(report: null, cancelled.Token);
        var before = File.ReadAllBytes(options.CheckpointPath);
        Directory.CreateDirectory(System.IO.Path.Combine(_folder.Path, $".{System.IO.Path.GetFileName(options.CheckpointPath)}.partial"));

        using (var trainer = new Trainer(options))
            Should.Throw<VideoStyleException>(() => trainer.Run(report: null, cancelled.Token)).Kind.ShouldBe(ErrorKind.Output);

        File.ReadAllBytes(options.CheckpointPath).ShouldBe(before);
    }

    [Theory]
    [InlineData(100, 600, 2)]
    [InlineData(256, 10, 2)]
    [InlineData(256, 600, 0)]
    public void Validate_OutOfRange_ThrowsUsageError(int size, int styleSize, int batch)
    {
        var options = new TrainingOptions { Styles = [new("s.png", 1)], Content = ["."], Output = "x", LossWeights = "v", Size = size, StyleSize = styleSize, Batch = batch };
        Should.Throw<VideoStyleException>(options.Validate).Kind.ShouldBe(ErrorKind.Usage);
    }

    private static TrainingResult Train(TrainingOptions options)
    {
        using var trainer = new Trainer(options);
        return trainer.Run(report: null, CancellationToken.None);
    }

    private TrainingOptions Options(string output) =>
        new()
        {
            Styles = [new(_folder.Picture("style.png", 96, 80, i => (byte)(i * 37 % 251)), 1)],
            Content = [Content()],
            Output = _folder[output],
            LossWeights = TinyVgg.Path,
            Size = 64,
            StyleSize = 64,
            Batch = 1,
            Seed = 1,
            Device = "cpu",
            Metadata = Named("a"),
        };

    private static Dictionary<string, string> Named(string name) => new() { ["name"] = name };

    private string Content()
    {
        var folder = _folder.Folder("content");
        _folder.Picture("content/one.png", 90, 70, i => (byte)(i * i % 253));
        _folder.Picture("content/two.png", 70, 100, i => (byte)(i / 7 % 256));
        return folder;
    }

    private float LargestDifference(string first, string second)
    {
        var (a, b) = (Weights(first), Weights(second));
        a.Keys.ShouldBe(b.Keys, ignoreOrder: true);
        return a.Max(t => t.Value.Zip(b[t.Key], (x, y) => MathF.Abs(x - y)).Max());
    }

    private Dictionary<string, float[]> Weights(string file) =>
        VideoStyle.Torch.Files.TensorFile
            .Read(_folder[file])
            .Tensors.ToDictionary(t => t.Key, t => MemoryMarshal.Cast<byte, Half>(t.Value.ToBytes()).ToArray().Select(h => (float)h).ToArray(), StringComparer.Ordinal);
}
