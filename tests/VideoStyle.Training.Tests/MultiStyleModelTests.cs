using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Media;
using VideoStyle.Core.Stylizers;
using VideoStyle.Native;
using VideoStyle.Networks;
using VideoStyle.Networks.Arbitrary;
using VideoStyle.Networks.Inference;
using VideoStyle.Networks.Models;
using VideoStyle.Networks.Weights;
using VideoStyle.Torch.Files;
using VideoStyle.Torch.Operators;
using Xunit;

namespace VideoStyle.Training.Tests;

[Collection(RunAlone.Name)]
public sealed class MultiStyleModelTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Train_SeveralPaintings_GivesAFileWithAStyleOfEach()
    {
        var path = Train("several.safetensors", "lite");

        var family = MultiStyleModel.TryLoad(path).ShouldNotBeNull();
        family.Names.ShouldBe(["red", "stripes"]);
        var (red, stripes) = (family.GetStyle("red"), StyleCatalog.BuiltIn.Resolve($"{path}#stripes"));
        stripes.Name.ShouldBe("stripes");
        // Shared convolutions, and normalisations that have gone different ways.
        red.SharesConvolutionsWith(stripes).ShouldBeTrue();
        Paint(red).SequenceEqual(Paint(stripes)).ShouldBeFalse();
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Train_AnyStyle_PaintsAfterPicturesThatWereNotThere()
    {
        var path = Train("any.safetensors", "any");

        var family = MultiStyleModel.TryLoad(path).ShouldNotBeNull();
        family.Names.ShouldBeEmpty();
        // Of a very long picture the middle counts, or it would fill gigabytes.
        string Strip(string name, byte ends) => _folder.Picture(name, 20_000, 70, i => i / 3 % 20_000 is > 9_500 and < 10_500 ? (byte)(i * 31 % 251) : ends);
        Paint(family.Predict(Strip("dark.png", 0))).SequenceEqual(Paint(family.Predict(Strip("bright.png", 250)))).ShouldBeTrue();
        var unseen = _folder.Picture("unseen.png", 70, 90, i => (byte)(i % 3 == 1 ? 200 : 20));
        Paint(family.Predict(unseen)).SequenceEqual(Paint(StyleCatalog.BuiltIn.Resolve($"{path}#{_folder["paintings/red.png"]}"))).ShouldBeFalse();
        new FileInfo(path).Length.ShouldBeLessThan(4_000_000);
    }

    [NativeTheory(NativeUnits.Kernels | NativeUnits.Media)]
    [InlineData(Precision.F32, 0.01f)]
    [InlineData(Precision.BF16, 0.1f)]
    public void Paint_ByAFileForAnyStyle_EqualsTheStyleMadeOfThePictureOnce(Precision precision, float most)
    {
        var path = Train("any.safetensors", "any");
        var picture = _folder["paintings/red.png"];
        StylizerOptions options = new() { Device = "cpu", Precision = precision };
        using var changing = ArbitraryStylizer.Create(
            (device, type) => ArbitraryStyleMethod.Open(path, WeightsStore.User, device, type), [picture], new StyleSchedule([(TimeSpan.Zero, [1])]), strength: 1, options);
        using var once = TorchStylizer.Create(MultiStyleModel.LoadArbitrary(path).Predict(picture), options);
        using var frame = new FramePool().Rent(48, 32);
        for (var i = 0; i < frame.Pixels.Length; i++)
            frame.Pixels[i] = (byte)(i * 7 % 255);

        using var first = changing.Stylize(frame);
        using var second = once.Stylize(frame);

        first.ToRgb().Zip(second.ToRgb()).Max(p => Math.Abs(p.First - p.Second)).ShouldBeLessThan(most);
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Train_AnyStyleAfterAnInterruption_GoesOn()
    {
        var options = Options("part.safetensors", "any");
        using (var cancelled = new CancellationTokenSource())
        {
            cancelled.Cancel();
            using var trainer = new Trainer(options);
            trainer.Run(report: null, cancelled.Token).Completed.ShouldBeFalse();
        }

        using (var trainer = new Trainer(options with { Resume = true }))
            trainer.Run(report: null, CancellationToken.None).Completed.ShouldBeTrue();
        using var other = new Trainer(options with { Output = _folder["more.safetensors"], Base = options.Output });
        other.Run(report: null, CancellationToken.None).Completed.ShouldBeTrue();
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Mix_AllOfOneStyle_IsThatStyle_AndHalfwayIsBetween()
    {
        var family = MultiStyleModel.TryLoad(Train("several.safetensors", "lite"))!;
        var (red, stripes) = (family.GetStyle("red"), family.GetStyle("stripes"));

        MultiStyleModel.Interpolate([(red, 1)]).ShouldNotBeNull();
        Paint(MultiStyleModel.Interpolate([(red, 3), (red, 1)])!).SequenceEqual(Paint(red)).ShouldBeTrue();

        using var scope = NewDisposeScope();
        var (a, b, half) = (red.Tensors(), stripes.Tensors(), MultiStyleModel.Interpolate([(red, 1), (stripes, 1)])!.Tensors());
        foreach (var name in new[] { "res.0.a.norm.weight", "head.conv.weight" })
            ((a[name] + b[name]) * 0.5 - half[name]).abs().sum().ToDouble().ShouldBeLessThan(1e-5);
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Mix_StylesOfDifferentNetworks_IsNull()
    {
        var names = StyleCatalog.BuiltIn.Names;
        var models = StyleCatalog.BuiltIn.LoadAll().Take(2).ToList();
        names.Count.ShouldBeGreaterThan(1);
        MultiStyleModel.Interpolate([(models[0], 1), (models[1], 1)]).ShouldBeNull();
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Load_FamilyWithoutANameChosen_SaysHowToChoose()
    {
        var path = Train("several.safetensors", "lite");
        var error = Should.Throw<VideoStyleException>(() => StyleModel.Load(path));
        error.Kind.ShouldBe(ErrorKind.Model);
        error.Hint!.ShouldContain("#red");
        Should.Throw<VideoStyleException>(() => StyleCatalog.BuiltIn.Resolve($"{path}#blue")).Hint!.ShouldContain("red, stripes");
    }

    [NativeTheory(NativeUnits.Kernels | NativeUnits.Media)]
    [InlineData("family", "nonsense")]
    [InlineData("styles", "{}")]
    [InlineData("styles", "[]")]
    [InlineData("styles", "[\"a\",\"b\",\"c\"]")]
    [InlineData("architecture", "unknown")]
    public void Load_FamilyWithADamagedCard_ThrowsModelErrorThatNamesTheFile(string field, string text)
    {
        var file = TensorFile.Read(Train("several.safetensors", "lite"));
        using var scope = NewDisposeScope();
        var damaged = _folder["damaged.safetensors"];
        var card = new Dictionary<string, string>(file.Metadata, StringComparer.Ordinal) { [field] = text };
        SafetensorsWriter.Write(damaged, file.Tensors.ToDictionary(t => t.Key, t => t.Value.ToTensor(), StringComparer.Ordinal), ScalarType.Float16, card);

        var error = Should.Throw<VideoStyleException>(() => MultiStyleModel.TryLoad(damaged));
        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain(damaged);
    }

    /// <summary>Every number that tells a style from another has a gradient, and it is the slope of the loss.</summary>
    [NativeFact(NativeUnits.Kernels)]
    public void PredictedForm_Gradient_AgreesWithFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var lite = NetworkArchitecture.Find("lite")!;
        var form = new PredictedStyleParameterization(lite, [rand(1, 3, 32, 48).to(ScalarType.Float64)]);
        var parameters = form.Parameters.ToDictionary(
            p => p.Key,
            p => (randn(p.Value) * 0.1 + (p.Key.Contains("norm.weight", StringComparison.Ordinal) ? 1 : 0)).to(ScalarType.Float64),
            StringComparer.Ordinal
        );
        foreach (var name in new[] { "predictor.conv1.weight", "predictor.conv3.bias", "predictor.hidden.weight", "predictor.told.bias" })
        {
            var weight = parameters[name].requires_grad_();
            Backpropagation.Run(Loss());
            using var direction = randn(weight.shape).to(ScalarType.Float64);
            var slope = (weight.grad! * direction).sum().ToDouble();
            weight.requires_grad_(false);
            const double Step = 1e-6;
            var start = parameters[name];
            parameters[name] = start + direction * Step;
            var above = Loss().ToDouble();
            parameters[name] = start - direction * Step;
            var below = Loss().ToDouble();
            parameters[name] = start;
            ((above - below) / (2 * Step)).ShouldBe(slope, 1e-5 * Math.Abs(slope) + 1e-8, name);
        }

        Tensor Loss() =>
            form.Weights(parameters, 0).Where(w => StyleParameterization.IsStyleSpecific(lite, w.Key)).Select(w => w.Value.pow(2).sum()).Aggregate((a, b) => a + b);
    }

    private static byte[] Paint(StyleModel model)
    {
        using var stylizer = TorchStylizer.Create(model, new StylizerOptions { Device = "cpu", Precision = Precision.F32 });
        using var frame = new FramePool().Rent(48, 32);
        for (var i = 0; i < frame.Pixels.Length; i++)
            frame.Pixels[i] = (byte)(i * 7 % 255);
        using var painting = stylizer.Stylize(frame);
        return [.. painting.ToRgb().Select(v => (byte)Math.Clamp(v * 255 + 0.5, 0, 255))];
    }

    private string Train(string output, string architecture)
    {
        var options = Options(output, architecture);
        using var trainer = new Trainer(options);
        trainer.Run(report: null, CancellationToken.None).Completed.ShouldBeTrue();
        return options.Output;
    }

    private TrainingOptions Options(string output, string architecture)
    {
        _folder.Picture("content/one.png", 90, 70, i => (byte)(i * i % 253));
        return new()
        {
            Styles = [new(_folder.Picture("paintings/red.png", 96, 80, i => (byte)(i % 3 == 0 ? 220 : 30)), 1), new(_folder.Picture("paintings/stripes.png", 80, 80, i => (byte)(i / 9 % 4 * 60)), 1)],
            Separate = true,
            Architecture = architecture,
            Content = [_folder["content"]],
            Output = _folder[output],
            LossWeights = TinyVgg.Path,
            Size = 64,
            StyleSize = 64,
            Batch = 2,
            Steps = 6,
            Seed = 1,
            Device = "cpu",
        };
    }
}
