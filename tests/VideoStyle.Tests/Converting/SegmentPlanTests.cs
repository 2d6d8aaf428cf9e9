using Shouldly;
using VideoStyle.Converting;
using VideoStyle.Core.Errors;
using VideoStyle.Core.Stylizers;
using Xunit;

namespace VideoStyle.Tests.Converting;

public sealed class SegmentPlanTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videostyle-segments-").FullName;

    [Theory]
    [InlineData("mask.png")]
    [InlineData("one.safetensors")]
    [InlineData("many.safetensors")]
    [InlineData("any.safetensors")]
    [InlineData("predicted.safetensors")]
    [InlineData("painting.jpg")]
    [InlineData("network/decoder.pth")]
    public void Key_AFileThatDecidesThePaintingsChanges_IsAnother(string changed)
    {
        Directory.CreateDirectory(At("network"));
        foreach (var name in new[] { "in.mp4", "mask.png", "one.safetensors", "many.safetensors", "any.safetensors", "predicted.safetensors", "painting.jpg", "network/decoder.pth" })
            File.WriteAllText(At(name), name);
        StylerOptions[] requests =
        [
            Options($"{At("one.safetensors")},{At("many.safetensors")}#wave", At("any.safetensors"), At("mask.png")),
            Options($"{At("predicted.safetensors")}#{At("painting.jpg")}", At("network")),
        ];
        string[] Keys() => [.. requests.Select(options => SegmentPlan.For(options, At("in.mp4"), At("out.mp4")).ShouldNotBeNull().Key(new IdentityStylizer()))];
        var before = Keys();
        Keys().ShouldBe(before);

        File.WriteAllText(At(changed), "trained again");

        Keys().ShouldNotBe(before);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("in.mp4", "-")]
    [InlineData("in.mp4", "out.png")]
    [InlineData("in.mp4", "out.webp")]
    [InlineData("in.mp4", "out.gif")]
    [InlineData("-", "out.mp4")]
    public void For_ResumeOfWhatIsNoVideoFile_IsRefused(string input, string output) =>
        Should.Throw<VideoStyleException>(() => SegmentPlan.For(new StylerOptions { Output = new() { Resume = true } }, input, output)).Kind.ShouldBe(ErrorKind.Usage);

    private static StylerOptions Options(string style, string method, string? mask = null) =>
        new() { Style = new() { Name = style, ArbitraryMethod = method, Mask = mask }, Output = new() { Resume = true } };

    private string At(string name) => Path.Combine(_folder, name);
}
