using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Models;
using VideoStyle.Networks.Weights;
using Xunit;

namespace VideoStyle.Training.Tests;

[Collection(RunAlone.Name)]
public sealed class SanetTrainingTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Run_HundredSteps_LowersTheLossAndWritesAModelForArbitraryStyles()
    {
        var progress = new List<TrainingProgress>();
        var options = Options("sanet.safetensors") with { Steps = 100, LearningRate = 3e-3, Weights = LossWeights.Sanet with { Temporal = 0 } };
        using (var trainer = new Trainer(options))
            trainer.Run(progress.Add, CancellationToken.None).Completed.ShouldBeTrue();

        progress[1].Losses["total"].ShouldBeLessThan(0.9 * progress[0].Losses["total"]);
        File.Exists(options.PreviewPath).ShouldBeTrue();
        var store = new WeightsStore(null, _folder.Path);
        foreach (var name in new[] { options.Output, "sanet" })
        {
            using var model = ArbitraryStyleMethod.Open(name, store, CPU, ScalarType.Float32);
            model.Name.ShouldBe("sanet");
            using var scope = NewDisposeScope();
            using var style = model.EncodeStyle(rand(1, 3, 80, 64));
            model.Stylize(rand(1, 3, 64, 96), new StyleBlend(style)).shape.ShouldBe([1, 3, 64, 96]);
        }

        ArbitraryStyleMethod.FindMultiStyleModel(options.Output).ShouldBeNull();
        foreach (var asStyle in new Func<object?>[] { () => StyleModel.Load(options.Output), () => MultiStyleModel.TryLoad(options.Output) })
            Should.Throw<VideoStyleException>(asStyle).Hint.ShouldNotBeNull().ShouldContain("arbitrary style method");
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Resume_AfterAnInterruption_EqualsAnUninterruptedRun()
    {
        var options = Options("whole.safetensors") with { Steps = 6 };
        Run(options);
        var parts = options with { Output = _folder["parts.safetensors"] };
        using (var stop = new CancellationTokenSource())
        using (var trainer = new Trainer(parts, new StoppingClock(stop, readings: 9)))
            trainer.Run(report: null, stop.Token).Steps.ShouldBeInRange(1, 5);

        Run(parts with { Resume = true });

        var (a, b) = (Tensors(options.Output), Tensors(parts.Output));
        a.Keys.ShouldBe(b.Keys, ignoreOrder: true);
        a.Keys.Where(name => !a[name].SequenceEqual(b[name])).ShouldBeEmpty();
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Run_WithABase_BeginsWithItsWeights_AndRefusesAnotherFile()
    {
        var options = Options("first.safetensors") with { Steps = 1 };
        Run(options);
        Run(options with { Output = _folder["second.safetensors"], Base = options.Output, LearningRate = 1e-9 });
        var (a, b) = (Tensors(options.Output), Tensors(_folder["second.safetensors"]));
        a.Max(t => Values(t.Value).Zip(Values(b[t.Key]), (x, y) => MathF.Abs(x - y)).Max()).ShouldBeLessThan(1e-6f);

        var error = Should.Throw<VideoStyleException>(() => new Trainer(options with { Base = options.LossWeights }));
        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain("is no SANet of this encoder");
    }

    [NativeFact(NativeUnits.Kernels)]
    public void FindLossNetwork_OnlyEncodersThatEndAtRelu41_ThrowsModelErrorThatSaysWhatIsNeeded()
    {
        RandomEncoder.Write(_folder["SE5.safetensors"], layers: 9);
        File.Copy(TinyVgg.Path, _folder["vgg19_normalised.safetensors"]);
        var store = new WeightsStore(null, _folder.Path);
        var error = Should.Throw<VideoStyleException>(() => TrainingOptions.FindLossNetwork("sanet", store));
        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain("relu5_1");
        error.Hint.ShouldNotBeNull().ShouldContain("SE5.pth");

        RandomEncoder.Write(_folder["SE5.safetensors"]);
        TrainingOptions.FindLossNetwork("sanet", store).ShouldBe(_folder["SE5.safetensors"]);
    }

    [Theory]
    [InlineData(72, 5, "multiple of 16")]
    [InlineData(64, 4, "Style needs 5 weights")]
    public void Validate_SizeOrWeightsOfAnotherNetwork_ThrowsUsageError(int size, int weights, string message)
    {
        var options = new TrainingOptions
        {
            Styles = [new("s.png", 1)],
            Content = ["."],
            Output = "x",
            LossWeights = "v",
            Architecture = "sanet",
            Size = size,
            Weights = new LossWeights { Style = [.. Enumerable.Repeat(1.0, weights)] },
        };
        var error = Should.Throw<VideoStyleException>(options.Validate);
        error.Kind.ShouldBe(ErrorKind.Usage);
        error.Message.ShouldContain(message);
    }

    private static void Run(TrainingOptions options)
    {
        using var trainer = new Trainer(options);
        trainer.Run(report: null, CancellationToken.None).Completed.ShouldBeTrue();
    }

    private static Dictionary<string, byte[]> Tensors(string path) =>
        VideoStyle.Torch.Files.TensorFile.Read(path).Tensors.ToDictionary(t => t.Key, t => t.Value.ToBytes().ToArray(), StringComparer.Ordinal);

    private static float[] Values(byte[] halves) => [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Half>(halves).ToArray().Select(h => (float)h)];

    private TrainingOptions Options(string output)
    {
        _folder.Picture("content/one.png", 90, 70, i => (byte)(i * i % 253));
        return new()
        {
            Styles = [new(_folder.Picture("paintings/red.png", 96, 80, i => (byte)(i % 3 == 0 ? 220 : 30)), 1), new(_folder.Picture("paintings/stripes.png", 80, 80, i => (byte)(i / 9 % 4 * 60)), 1)],
            Architecture = "sanet",
            Content = [_folder["content"]],
            Output = _folder[output],
            LossWeights = RandomEncoder.Write(_folder["encoder.safetensors"]),
            Weights = LossWeights.Sanet,
            Size = 64,
            Batch = 1,
            Seed = 1,
            Device = "cpu",
        };
    }
}
