using System.Globalization;
using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native;
using VideoStyle.Networks.Flow;
using VideoStyle.Torch.Tensors;
using VideoStyle.Training.Flow;
using Xunit;

namespace VideoStyle.Training.Tests.Flow;

[Collection(RunAlone.Name)]
public sealed class FlowTrainerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Run_SameSeedTwice_GivesTheSameWeights_AndAnInterruptedRunToo()
    {
        var options = Options("a.safetensors");
        Train(options).Completed.ShouldBeTrue();
        Train(options with { Output = _folder["b.safetensors"] });
        Train(options with { Output = _folder["c.safetensors"], Seed = 2 });

        var parts = options with { Output = _folder["parts.safetensors"] };
        using (var stop = new CancellationTokenSource())
        using (var trainer = new FlowTrainer(parts, new StoppingClock(stop, readings: 7)))
        {
            var part = trainer.Run(report: null, stop.Token);
            part.Completed.ShouldBeFalse();
            part.Steps.ShouldBeInRange(1, 4);
        }

        File.Exists(parts.Output).ShouldBeFalse();
        Train(parts with { Resume = true }).Completed.ShouldBeTrue();
        File.Exists(parts.CheckpointPath).ShouldBeFalse();

        LargestDifference("a.safetensors", "b.safetensors").ShouldBe(0);
        LargestDifference("a.safetensors", "parts.safetensors").ShouldBe(0);
        LargestDifference("a.safetensors", "c.safetensors").ShouldBeGreaterThan(0.01f);
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media | NativeUnits.Vision)]
    public void Run_ToTheEnd_ReportsValidation_AndWritesANetworkOfLessThan3Megabytes()
    {
        var progress = new List<FlowTrainingProgress>();
        var options = Options("done.safetensors") with { Steps = 2 };
        using (var trainer = new FlowTrainer(options))
        {
            trainer.ScoreDis()!.MeanPx.ShouldBeInRange(0, 30);
            trainer.Run(progress.Add, CancellationToken.None);
        }

        progress[^1].Validation!.MeanPx.ShouldBeInRange(0.01, 30);
        progress[^1].Refined!.MeanPx.ShouldBeLessThan(progress[^1].Validation!.MeanPx);
        new FileInfo(options.Output).Length.ShouldBeLessThan(3 << 20);
        var file = FlowModelFile.Read(options.Output);
        file.Metadata["steps"].ShouldBe("2");
        double.Parse(file.Metadata["validation_error_px"], CultureInfo.InvariantCulture).ShouldBe(progress[^1].Validation!.MeanPx, 1e-4);
        Train(options with { Output = _folder["next.safetensors"], Base = options.Output, Steps = 1 }).Completed.ShouldBeTrue();
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Resume_WithOtherSettings_ThrowsUsageErrorThatNamesThem()
    {
        var options = Options("x.safetensors");
        using (var cancelled = new CancellationTokenSource())
        {
            cancelled.Cancel();
            using var trainer = new FlowTrainer(options);
            trainer.Run(report: null, cancelled.Token).Completed.ShouldBeFalse();
        }

        var error = Should.Throw<VideoStyleException>(() => new FlowTrainer(options with { Resume = true, MaxMotion = 9 }));
        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldContain("max_motion_px");
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Create_FolderWithoutUsablePhotos_ThrowsInputErrorThatNamesIt()
    {
        var folder = _folder.Folder("rubbish");
        File.WriteAllText(Path.Combine(folder, "a.png"), "no");
        var error = Should.Throw<VideoStyleException>(() => new FlowTrainer(Options("x.safetensors") with { Content = [folder] }));
        error.Kind.ShouldBe(ErrorKind.Input);
        error.Message.ShouldContain(folder);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Read_FileOfAnotherNetwork_ThrowsModelErrorThatNamesIt()
    {
        using var scope = NewDisposeScope();
        var path = _folder["other.safetensors"];
        VideoStyle.Torch.Files.SafetensorsWriter.Write(path, new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["x"] = ones(1) }, ScalarType.Float32, new Dictionary<string, string>(StringComparer.Ordinal));
        var error = Should.Throw<VideoStyleException>(() => FlowModelFile.Read(path));
        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain(path);
    }

    [Theory]
    [InlineData(100, 64, 4)]
    [InlineData(64, 2048, 4)]
    [InlineData(64, 64, 0)]
    public void Validate_OutOfRange_ThrowsUsageError(int width, int height, int batch) =>
        Should.Throw<VideoStyleException>((Options("x.safetensors") with { Width = width, Height = height, Batch = batch }).Validate).Kind.ShouldBe(ErrorKind.Usage);

    private static TrainingResult Train(FlowTrainingOptions options)
    {
        using var trainer = new FlowTrainer(options);
        return trainer.Run(report: null, CancellationToken.None);
    }

    private FlowTrainingOptions Options(string name)
    {
        var photo = FlowSceneTests.Photo();
        var content = Path.Combine(_folder.Path, "photos");
        if (!Directory.Exists(content))
        {
            _folder.Folder("photos");
            _folder.Picture("photos/a.png", photo.Width, photo.Height, i => (byte)(i * 7 % 251 / 4 + photo.Sample(i / 3 % photo.Width, i / 3 / photo.Width, 0) / 2));
        }

        return new() { Content = [content], Output = _folder[name], Width = 64, Height = 64, MaxMotion = 12, Batch = 2, Steps = 5, Threads = 2, ValidationPairs = 3, Device = "cpu", PoolSize = 6 };
    }

    private float LargestDifference(string a, string b)
    {
        using var scope = NewDisposeScope();
        var (first, second) = (FlowModelFile.Read(_folder[a]), FlowModelFile.Read(_folder[b]));
        return first.Tensors.Max(t => (t.Value.ToTensor().to(ScalarType.Float32) - second.Tensors[t.Key].ToTensor().to(ScalarType.Float32)).abs().ToArray<float>().Max());
    }
}
