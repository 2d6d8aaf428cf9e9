using Shouldly;
using VideoStyle.Core.Errors;
using VideoStyle.Judging;
using VideoStyle.Native;
using VideoStyle.Native.Media;
using VideoStyle.Networks;
using VideoStyle.Networks.Models;
using VideoStyle.Networks.Weights;
using VideoStyle.Torch.Files;
using Xunit;

namespace VideoStyle.Training.Tests.Judging;

[Collection(RunAlone.Name)]
public sealed class StyleJudgeTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _notes = [];

    public StyleJudgeTests()
    {
        foreach (var folder in new[] { "weights", "images", "photos", "kept" })
            Directory.CreateDirectory(_folder[folder]);
    }

    public void Dispose() => _folder.Dispose();

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Run_AStyle_JudgesItBetweenPhotoAndPaintAndKeepsTheReference()
    {
        WritePicture("images/wave.png", 64, 80, 1);
        WritePicture("photos/portrait.png", 140, 150, 2);
        var options = Options() with { Styles = [Model("a", "wave.png"), Model("b", "absent.png")], References = _folder["kept"] };

        var judged = Judge(options);

        judged.Select(j => (j.Name, j.Network, j.StyleImage)).ShouldBe([("photo", null, "wave.png"), ("paint", null, "wave.png"), ("a", "swift", "wave.png")]);
        judged[0].Score.Content.ShouldBe(0, 1e-9);
        judged[1].Score.Content.ShouldBeGreaterThan(0);
        judged[2].Score.Face.ShouldBe(judged[2].Score.Content);
        judged.ShouldAllBe(j => j.Reference == judged[1].Score);
        _notes.Count.ShouldBe(2);
        _notes[0].ShouldContain("absent.png");

        var kept = Directory.GetFiles(_folder["kept"]).ShouldHaveSingleItem();
        var written = File.GetLastWriteTimeUtc(kept);
        Judge(options).Count.ShouldBe(3);
        File.GetLastWriteTimeUtc(kept).ShouldBe(written);
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Run_WithoutAnEncoder_ThrowsModelErrorThatSaysWhatToGet()
    {
        WritePicture("images/wave.png", 64, 80, 1);
        WritePicture("photos/portrait.png", 140, 150, 2);
        File.Delete(_folder["weights/SE5.safetensors"]);

        var error = Should.Throw<VideoStyleException>(() => Judge(Options() with { Styles = [Model("a", "wave.png")] }, encoder: false));

        error.Kind.ShouldBe(ErrorKind.Model);
        error.Hint!.ShouldContain("SE5.pth");
    }

    [NativeFact(NativeUnits.Kernels | NativeUnits.Media)]
    public void Run_NoStyleWhoseImageIsThere_ThrowsInputErrorThatNamesTheFolder()
    {
        WritePicture("photos/portrait.png", 140, 150, 2);
        Should.Throw<VideoStyleException>(() => Judge(Options() with { Styles = [Model("a", "wave.png")] })).Message.ShouldContain(_folder["images"]);
    }

    [Fact]
    public void Validate_WhatCannotBeJudged_ThrowsUsageError()
    {
        Should.Throw<VideoStyleException>((Options() with { Portraits = [] }).Validate).Kind.ShouldBe(ErrorKind.Usage);
        Should.Throw<VideoStyleException>((Options() with { Size = 100 }).Validate).Kind.ShouldBe(ErrorKind.Usage);
        Should.Throw<VideoStyleException>((Options() with { StyleImages = _folder["none"] }).Validate).Kind.ShouldBe(ErrorKind.Input);
    }

    private StyleJudgeOptions Options() => new() { StyleImages = _folder["images"], Portraits = [_folder["photos"]], Size = 256, ReferenceSteps = 2 };

    private List<JudgedStyle> Judge(StyleJudgeOptions options, bool encoder = true)
    {
        if (encoder)
            RandomEncoder.Write(_folder["weights/SE5.safetensors"]);
        File.Copy(TinyVgg.Path, _folder["weights/vgg19.safetensors"], overwrite: true);
        return [.. new StyleJudge(options, new WeightsStore(_folder["weights"], _folder["cache"]), _notes.Add).Run(CancellationToken.None)];
    }

    private string Model(string name, string styleImage)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var weights = NetworkArchitecture.Find("swift")!.Parameters.ToDictionary(p => p.Key, p => randn(p.Value) * 0.2, StringComparer.Ordinal);
        var path = _folder[name + ".safetensors"];
        SafetensorsWriter.Write(path, weights, ScalarType.Float32, new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = name, ["architecture"] = "swift", ["style_image"] = styleImage });
        return path;
    }

    private void WritePicture(string path, int height, int width, long seed)
    {
        using var scope = NewDisposeScope();
        manual_seed(seed);
        using var frame = Pixels.ToFrame(rand(1, 3, height, width));
        ImageFile.Write(_folder[path], frame);
    }
}
