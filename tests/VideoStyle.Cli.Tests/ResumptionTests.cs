using Shouldly;
using VideoStyle.Cli.Converting;
using VideoStyle.Core.Stylizers;
using Xunit;

namespace VideoStyle.Cli.Tests;

public sealed class ResumptionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("videostyle-resumption-").FullName;

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
        ConversionRequest[] requests =
        [
            Request($"{At("one.safetensors")},{At("many.safetensors")}#wave", At("any.safetensors")) with { Mask = At("mask.png") },
            Request($"{At("predicted.safetensors")}#{At("painting.jpg")}", At("network")),
        ];
        string[] Keys() => [.. requests.Select(request => Resumption.Key(request, new IdentityStylizer()))];
        var before = Keys();
        Keys().ShouldBe(before);

        File.WriteAllText(At(changed), "trained again");

        Keys().ShouldNotBe(before);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ConversionRequest Request(string style, string anyStyle) =>
        new() { Input = At("in.mp4"), Output = At("out.mp4"), Style = style, AnyStyle = anyStyle };

    private string At(string name) => Path.Combine(_folder, name);
}
