using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Native;
using VideoStyle.Networks.Models;
using VideoStyle.Torch.Files;
using Xunit;

namespace VideoStyle.Networks.Tests;

public sealed class StyleModelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videostyle-models");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("great_wave", "lite")]
    [InlineData("great_wave_swift", "swift")]
    [InlineData("udnie_johnson", "johnson")]
    [SharedInlineData("models/lite/great_wave.safetensors", "lite")]
    [SharedInlineData("models/johnson/candy_fp16.pth", "johnson")]
    public void Load_KnownModel_RecognisesItsArchitecture(string file, string architecture)
    {
        var model = StyleModel.Load(file.Contains('/', StringComparison.Ordinal) ? Fixtures.Path(file) : Fixtures.Style(file));
        model.Architecture.Name.ShouldBe(architecture);
        model.Name.ShouldBe(System.IO.Path.GetFileNameWithoutExtension(file));
        model.Notes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("models/zip.pth", "holds no style network")]
    [InlineData("models/legacy.pth", "holds no style network")]
    [InlineData("models/arrays.npz", "holds no style network")]
    [SharedInlineData("weights/vgg19_pruned16x/SE2.pth", "holds no style network")]
    [SharedInlineData("models/adain/adain_decoder_relu4_1.npz", "holds no style network")]
    [SharedInlineData("models/microast/decoder_iter_160000.pth.tar", "")]
    public void Load_AnotherKindOfNetwork_ThrowsModelErrorThatNamesIt(string file, string cause)
    {
        var path = Fixtures.Path(file);
        var error = Should.Throw<VideoStyleException>(() => StyleModel.Load(path));
        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain(path);
        error.Message.ShouldContain(cause);
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Load_ModelThatLacksATensor_SaysWhichOne()
    {
        using var scope = NewDisposeScope();
        var tensors = LiteTensors();
        tensors.Remove("res.3.a.conv.weight");
        var error = Should.Throw<VideoStyleException>(() => StyleModel.Load(Write(tensors)));
        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain("'res.3.a.conv.weight'");
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Load_TensorOfAnotherShape_SaysBothShapes()
    {
        using var scope = NewDisposeScope();
        var tensors = LiteTensors();
        tensors["head.conv.weight"] = zeros(3, 16, 3, 3);
        var error = Should.Throw<VideoStyleException>(() => StyleModel.Load(Write(tensors)));
        error.Message.ShouldContain("[3, 16, 3, 3] instead of [12, 16, 3, 3]");
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Load_RunningStatistics_AreIgnoredWithANote()
    {
        using var scope = NewDisposeScope();
        var tensors = LiteTensors();
        tensors["down.0.norm.running_mean"] = zeros(16);
        tensors["something"] = zeros(1);
        var model = StyleModel.Load(Write(tensors));
        model.Notes.Count.ShouldBe(2);
        model.Notes[0].ShouldContain("1 running statistics");
        model.Notes[1].ShouldContain("'something'");
    }

    [NativeFact(NativeUnits.Kernels)]
    public void CreateNetwork_WeightThatIsNotANumber_ThrowsModelError()
    {
        using var scope = NewDisposeScope();
        var tensors = LiteTensors();
        tensors["down.1.norm.bias"] = zeros(32) / 0.0;
        var model = StyleModel.Load(Write(tensors));
        var error = Should.Throw<VideoStyleException>(() => model.CreateNetwork(CPU, ScalarType.Float32));
        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain("'down.1.norm.bias'");
    }

    [NativeFact(NativeUnits.Kernels)]
    public void Resolve_MisspeltStyle_SuggestsTheNearest()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(
            System.IO.Path.Combine(_folder.FullName, "starry_night.safetensors"),
            LiteTensors(),
            ScalarType.Float16,
            new Dictionary<string, string>()
        );
        var catalog = new StyleCatalog(_folder.FullName);
        catalog.Names.ShouldBe(["starry_night"]);
        catalog.Resolve("starry_night").Architecture.Name.ShouldBe("lite");
        var error = Should.Throw<VideoStyleException>(() => catalog.Resolve("stary_nihgt"));
        error.Kind.ShouldBe(ErrorKind.Model);
        error.Message.ShouldContain("Did you mean 'starry_night'?");
        error.Hint!.ShouldContain("videostyle styles");
        Should.Throw<VideoStyleException>(() => catalog.Resolve("cubism")).Message.ShouldNotContain("mean");
        Should.Throw<VideoStyleException>(() => catalog.Resolve("no/such.safetensors")).Message.ShouldContain("no/such.safetensors");
    }

    [NativeFact(NativeUnits.Kernels)]
    public void BuiltIn_EveryStyle_IsSmallAndHasACard()
    {
        var styles = StyleCatalog.BuiltIn.LoadAll().ToList();
        styles.Count(s => s.Architecture.Name is "lite").ShouldBeGreaterThanOrEqualTo(8);
        styles.Count(s => s.Architecture.Name is "johnson").ShouldBeGreaterThanOrEqualTo(2);
        styles.Count(s => s.Architecture.Name is "swift").ShouldBeGreaterThanOrEqualTo(6);
        foreach (var style in styles)
        {
            new FileInfo(style.Path).Length.ShouldBeLessThan(style.Architecture.Name is "johnson" ? 7 << 19 : 1 << 20);
            foreach (var field in new[] { "name", "architecture", "style_image", "style_licence", "training_images", "steps" })
                style.Metadata.GetValueOrDefault(field).ShouldNotBeNullOrWhiteSpace($"{style.Name}: {field}");
        }
    }

    private string Write(Dictionary<string, Tensor> tensors)
    {
        var path = System.IO.Path.Combine(_folder.FullName, "m.safetensors");
        SafetensorsWriter.Write(path, tensors, ScalarType.Float32, new Dictionary<string, string>());
        return path;
    }

    private static Dictionary<string, Tensor> LiteTensors() =>
        NetworkArchitecture.Find("lite")!.Parameters.ToDictionary(p => p.Key, p => zeros(p.Value), StringComparer.Ordinal);
}
